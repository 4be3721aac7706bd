/** What is no plain file: pipes, devices, sockets, folders of very many files, links in circles, names that no text holds. */
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { memberUri } from '../../src/lineage/names';
import type { DataDocument } from '../../src/model/data';
import { DATA } from '../../src/model/data-limits';
import { DIST } from '../built';
import { DataLab, itemOf, itemsOf } from './data-kit';

const sha256 = (content: string | Buffer) => createHash('sha256').update(content).digest('hex');
const aMoment = () => pause(30);

describe('special files', () => {
  test('are recorded and never opened', async () => {
    const lab = new DataLab();
    execFileSync('mkfifo', [lab.path('pipe.csv')]);
    const server = createServer().listen(lab.path('lab.sock'));
    try {
      const document = await lab.run([lab.path('pipe.csv'), lab.path('lab.sock'), '/dev/zero']);
      expect(document?.items).toMatchObject([
        { missing: 'special_file', direction: 'used' },
        { missing: 'special_file', direction: 'used' },
        { missing: 'special_file', direction: 'used', uri: 'file://here/dev/zero' },
      ]);
      expect(document).toMatchObject({ inputs: 'unknown', reasons: ['special_file'] });
    } finally {
      server.close();
    }
  });

  test('that replace a file before its digest block nothing', async () => {
    const lab = new DataLab();
    const document = await lab.run([], () => {
      writeFileSync(lab.path('out.csv'), 'x');
      return lab.path('out.csv');
    });
    execFileSync('mkfifo', [lab.path('pipe')]);
    renameSync(lab.path('pipe'), lab.path('out.csv'));
    const digest = await lab.digestOf(itemOf(document));
    // It may have been read before the pipe was there.
    expect(digest.missing ?? digest.sha256).toMatch(/changed_meanwhile|^[0-9a-f]{64}$/);
    expect(itemsOf(await lab.run([lab.path('out.csv')]))).toEqual(['used out.csv']);
  });
});

test('a file and a folder without read permission are recorded as such', async () => {
  const lab = new DataLab();
  writeFileSync(lab.path('secret.csv'), 's');
  lab.makeFolder('closed');
  writeFileSync(lab.path('closed', 'in.csv'), 's');
  chmodSync(lab.path('secret.csv'), 0o000);
  chmodSync(lab.path('closed'), 0o000);
  chmodSync(lab.folder, 0o755);
  const documents = asNobody([lab.path('secret.csv'), lab.path('closed', 'in.csv')]);
  chmodSync(lab.path('closed'), 0o755);
  const { items, inputs, reasons } = documents.data;
  expect(items).toMatchObject([
    { direction: 'used', size_bytes: 1, signature: expect.any(String) },
    { direction: 'used', missing: 'unreadable' },
  ]);
  expect(items[1]).not.toHaveProperty('signature');
  expect({ inputs, reasons }).toEqual({ inputs: 'unknown', reasons: ['unreadable'] });
  expect(items[0]?.missing === 'unreadable' || documents.digests[0]?.missing === 'unreadable').toBe(true);
});

/** Captures a run of a user for whom modes of files hold: for root they do not. */
function asNobody(args: string[]): { data: DataDocument; digests: { missing?: string }[] } {
  const script = `
    const { DataCapture } = require(${JSON.stringify(join(DIST, 'src/data/capture.js'))});
    const { createRedactor } = require(${JSON.stringify(join(DIST, 'src/redaction/redactor.js'))});
    const told = { digests: [] };
    const sink = { data: (data) => { told.data = data; }, digest: (one) => told.digests.push(one), lose: console.error };
    const capture = new DataCapture('here', sink, createRedactor());
    const run = capture.begin(JSON.parse(process.argv[1]));
    setTimeout(() => { run.open('r'); run.end(); }, 500);
    setTimeout(async () => { await capture.close(); console.log(JSON.stringify(told)); }, 1000);`;
  const nobody = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
  const { stdout, stderr } = spawnSync(process.execPath, ['-e', script, JSON.stringify(args)], {
    encoding: 'utf8',
    cwd: '/',
    ...nobody,
  });
  if (stdout === '') throw new Error(stderr);
  return JSON.parse(stdout);
}

describe('folders', () => {
  test('are one artifact, with a manifest of their files', async () => {
    const lab = new DataLab();
    lab.makeFolder('set', 'deep');
    writeFileSync(lab.path('set', 'b.csv'), 'bb');
    writeFileSync(lab.path('set', 'deep', 'a.csv'), 'a');
    await aMoment();
    const used = itemOf(await lab.run([lab.path('set')]));
    expect(used).toMatchObject({ type: 'directory', direction: 'used', member_count: 2, size_bytes: 3 });
    expect(used.members).toMatchObject([
      { name: 'b.csv', size_bytes: 2 },
      { name: 'deep/a.csv', size_bytes: 1 },
    ]);
    const manifest = `${sha256('bb')} 2 b.csv\n${sha256('a')} 1 deep/a.csv\n`;
    const digest = used.sha256 ? used : await lab.digestOf(used);
    expect(digest.sha256).toBe(sha256(manifest));
    const again = itemOf(await lab.run([lab.path('set')]));
    expect(again).toMatchObject({ signature: used.signature, sha256: sha256(manifest) });
  });

  test('that gain a file are another version, generated by the run that wrote it', async () => {
    const lab = new DataLab();
    lab.makeFolder('out');
    await aMoment();
    const document = await lab.run([`${lab.path('out')}/`], async () => {
      await aMoment();
      writeFileSync(lab.path('out', 'part-1.csv'), '1');
      return { parts: lab.path('out') };
    });
    expect(itemsOf(document)).toEqual(['used out', 'generated out']);
    const made = itemOf(document, 'generated');
    const digest = await lab.digestOf(made);
    expect(digest.members).toMatchObject([{ name: 'part-1.csv', sha256: sha256('1') }]);
    // A later run that uses one of its files has that file's very version.
    const part = itemOf(await lab.run([lab.path('out', 'part-1.csv')]));
    expect(part.signature).toBe(made.members?.[0]?.signature);
  });

  test('with cycles of links and with broken links are read once', async () => {
    const lab = new DataLab();
    lab.makeFolder('ring', 'a');
    writeFileSync(lab.path('ring', 'a', 'x.csv'), 'x');
    symlinkSync('..', lab.path('ring', 'a', 'up'));
    symlinkSync('self', lab.path('ring', 'self'));
    symlinkSync('nowhere', lab.path('ring', 'dangling'));
    const document = await lab.run([lab.path('ring'), lab.path('ring', 'self')]);
    expect(document?.items[0]).toMatchObject({ type: 'directory', member_count: 3 });
    expect(document?.items[0]?.members?.map(({ name }) => name)).toEqual(['a/x.csv', 'dangling', 'self']);
    // A link to itself can't be looked at.
    expect(document?.items[1]).toMatchObject({ missing: 'unreadable' });
  });

  test('with names that are not UTF-8 keep every byte of them', async () => {
    const lab = new DataLab();
    const odd = Buffer.concat([
      Buffer.from(lab.makeFolder('odd')),
      Buffer.from([47, 0xff, 0xfe, 46, 99, 115, 118]),
    ]);
    writeFileSync(odd, 'odd');
    await aMoment();
    const folder = itemOf(await lab.run([lab.path('odd')]));
    expect(folder.members).toMatchObject([{ name: `${folder.uri}/%FF%FE.csv` }]);
    const file = itemOf(await lab.run([`file://${lab.path('odd')}/%FF%FE.csv`]));
    expect(file).toMatchObject({ uri: `file://here${lab.path('odd')}/%FF%FE.csv`, direction: 'used' });
    expect(file.signature).toBe(folder.members?.[0]?.signature);
    expect(file.sha256 ?? (await lab.digestOf(file)).sha256).toBe(sha256('odd'));
  });

  test('give each file the URI that it has alone', async () => {
    const lab = new DataLab();
    lab.makeFolder('set', 'a b');
    const names = ['50%.csv', 'a b/c#1?.csv', 'é.csv', "it's [1].csv"];
    for (const name of names) writeFileSync(lab.path('set', name), name);
    await aMoment();
    const folder = itemOf(await lab.run([lab.path('set')]));
    expect(folder.members?.map(({ name }) => name).sort()).toEqual([...names].sort());
    for (const { name, signature } of folder.members!) {
      const file = itemOf(await lab.run([lab.path('set', name)]));
      expect(memberUri(folder.uri, name)).toBe(file.uri);
      expect(file.signature).toBe(signature);
    }
  });

  test('with very many files are recorded with their count, their first members, and as not read completely', async () => {
    const lab = new DataLab();
    const folder = lab.makeFolder('many');
    const count = DATA.walked_files + 1_000;
    for (let index = 0; index < count; index++) writeFileSync(join(folder, `${index}.csv`), '');
    const document = await lab.run([folder]);
    const item = itemOf(document);
    expect(item).toMatchObject({ type: 'directory', direction: 'used', missing: 'budget' });
    expect(item.member_count).toBeGreaterThan(DATA.walked_files / 2);
    expect(item.members).toHaveLength(DATA.run_members);
    expect(item).not.toHaveProperty('signature');
    expect(document).toMatchObject({ inputs: 'unknown', reasons: ['directory_cut'] });
    expect(readdirSync(folder)).toHaveLength(count);
    rmSync(folder, { recursive: true });
  });
});

describe('collections', () => {
  test('a pattern is a collection of the files that it matches', async () => {
    const lab = new DataLab();
    for (const name of ['a.csv', 'b.csv', 'c.txt']) writeFileSync(lab.path(name), name);
    await aMoment();
    const document = await lab.run([lab.path('*.csv')]);
    const used = itemOf(document);
    expect(used).toMatchObject({
      type: 'collection',
      uri: `file://here${lab.path('*.csv')}`,
      member_count: 2,
    });
    expect(used.members?.map(({ name }) => name)).toEqual([
      `file://here${lab.path('a.csv')}`,
      `file://here${lab.path('b.csv')}`,
    ]);
    const alone = itemOf(await lab.run([lab.path('a.csv')]));
    expect(used.members?.[0]?.signature).toBe(alone.signature);
    expect(await lab.run([lab.path('*.nothing')])).toBeUndefined();
  });

  test('a list of very many files is one collection with its members', async () => {
    const lab = new DataLab();
    const names = Array.from({ length: DATA.list_items + 1 }, (_, index) => lab.path(`${index}.csv`));
    for (const name of names) writeFileSync(name, name);
    await aMoment();
    const document = await lab.run([{ files: names }]);
    const used = itemOf(document);
    expect(used).toMatchObject({
      type: 'collection',
      direction: 'used',
      member_count: names.length,
      paths: ['args[0].files'],
    });
    expect(used.uri).toMatch(/^list:sha256:[0-9a-f]{64}$/);
    const digest = await lab.digestOf(used);
    const first = digest.members?.find(({ name }) => name.endsWith('/0.csv'));
    expect(first).toMatchObject({ sha256: sha256(readFileSync(names[0]!)) });
    expect(digest).toMatchObject({
      member_count: names.length,
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
  });
});

test('a thousand pieces of data are recorded, and that there were more', async () => {
  const lab = new DataLab();
  const uris = Array.from({ length: 2_000 }, (_, index) => `s3://bucket/${index}`);
  const document = await lab.run([uris]);
  expect(document?.items).toHaveLength(DATA.items);
  expect(document).toMatchObject({ inputs: 'unknown', reasons: ['too_many_names'] });
});

test('a URI of 10 kB is recorded by its beginning, and marked', async () => {
  const lab = new DataLab();
  const document = await lab.run([`s3://bucket/${'x'.repeat(10_000)}`]);
  expect(document).toMatchObject({ inputs: 'unknown', reasons: ['uri_cut'] });
  expect(JSON.stringify(document).length).toBeLessThan(3_000);
});

test('names that no file system allows are no data', async () => {
  const lab = new DataLab();
  mkdirSync(lab.path('d'));
  expect(
    await lab.run([`/${'n'.repeat(300)}/x`, `/${'d/'.repeat(4_000)}`, lab.path('d', 'x', 'y.csv')]),
  ).toBeUndefined();
});
