/** Data of runs on real files: what is recorded of them when they change, move, vanish or stay. */
import { createHash } from 'node:crypto';
import {
  appendFileSync,
  closeSync,
  copyFileSync,
  existsSync,
  fsyncSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { DataLab, itemOf, itemsOf } from './data-kit';

const sha256 = (content: string | Buffer) => createHash('sha256').update(content).digest('hex');

/** A file that takes most of a second to read, and no room on the disk. */
function makeLong(path: string, size_bytes = 1024 ** 3): void {
  writeFileSync(path, '');
  truncateSync(path, size_bytes);
}

/** Writes a file, and gives its path back as an activity would. */
function written(path: string, text: string): string {
  writeFileSync(path, text);
  return path;
}

/** Long enough that clocks of file systems tell before from after. */
const aMoment = () => pause(30);

test('an input is used, an output generated, and both get their digests', async () => {
  const lab = new DataLab();
  writeFileSync(lab.path('in.csv'), 'a,b\n1,2\n');
  await aMoment();
  const document = await lab.run([lab.path('in.csv'), { to: lab.path('out.json') }], async () => {
    await aMoment();
    writeFileSync(lab.path('out.json'), '{"n":1}');
    return { path: lab.path('out.json'), rows: 1 };
  });
  expect(itemsOf(document)).toEqual(['used in.csv', 'generated out.json']);
  const [input, output] = document!.items;
  expect(input).toMatchObject({
    uri: `file://here${lab.path('in.csv')}`,
    type: 'file',
    evidence: 'uri',
    sha256: sha256('a,b\n1,2\n'),
    size_bytes: 8,
    media_type: 'text/csv',
    paths: ['args[0]'],
  });
  expect(output).toMatchObject({ missing: 'pending', size_bytes: 7, paths: ['args[1].to', 'result.path'] });
  expect(input?.time).toBeLessThan(output!.time);
  expect(document).toMatchObject({ inputs: 'known', run_start: 'run-1' });
  expect(document).not.toHaveProperty('reasons');
  expect(await lab.digestOf(output)).toMatchObject({ sha256: sha256('{"n":1}'), size_bytes: 7 });
  expect(lab.losses).toEqual([]);
});

test('a run without names of data leaves no document, and one that found nothing says unknown', async () => {
  const lab = new DataLab();
  expect(await lab.run(['calibrate', 3, { operator: 'Ada' }], () => 'done')).toBeUndefined();
  expect(await lab.run([lab.path('never-there.csv')])).toBeUndefined();
  const document = await lab.run([], () => {
    writeFileSync(lab.path('out.csv'), 'x');
    return lab.path('out.csv');
  });
  expect(document).toMatchObject({ inputs: 'unknown', reasons: ['nothing_found'] });
});

test('the next run has the same version as its producer, with its digest', async () => {
  const lab = new DataLab();
  const made = itemOf(await lab.run([], () => written(lab.path('m.json'), 'model')));
  await lab.digestOf(made);
  const used = itemOf(await lab.run([lab.path('m.json')]));
  expect(used).toMatchObject({
    direction: 'used',
    uri: made.uri,
    signature: made.signature,
    sha256: sha256('model'),
  });
});

test('an input that is changed in place was used in its earlier version, with the digest of its producer', async () => {
  const lab = new DataLab();
  const made = itemOf(await lab.run([], () => written(lab.path('t.csv'), 'one')));
  await lab.digestOf(made);
  const document = await lab.run([lab.path('t.csv')], async () => {
    await aMoment();
    appendFileSync(lab.path('t.csv'), ' two');
  });
  expect(itemsOf(document)).toEqual(['used t.csv', 'generated t.csv']);
  expect(itemOf(document, 'used')).toMatchObject({ signature: made.signature, sha256: sha256('one') });
  expect((await lab.digestOf(itemOf(document, 'generated'))).sha256).toBe(sha256('one two'));
});

test('an input that is overwritten before it was read has no digest, and the reason is recorded', async () => {
  const lab = new DataLab();
  makeLong(lab.path('long.bin'));
  writeFileSync(lab.path('t.csv'), 'one');
  await aMoment();
  const names = [lab.path('long.bin'), lab.path('t.csv')];
  const document = await lab.run(names, () => writeFileSync(lab.path('t.csv'), 'two'));
  const used = document!.items.find(({ uri, direction }) => uri.endsWith('t.csv') && direction === 'used');
  expect(used).toMatchObject({ missing: 'not_digested_before_it_changed', size_bytes: 3 });
});

test('a file that is written again with the same size and time is another version', async () => {
  const lab = new DataLab();
  writeFileSync(lab.path('d.csv'), 'aaaa');
  const { atime, mtime } = statSync(lab.path('d.csv'));
  await aMoment();
  const before = itemOf(await lab.run([lab.path('d.csv')]));
  writeFileSync(lab.path('d.csv'), 'bbbb');
  utimesSync(lab.path('d.csv'), atime, mtime);
  await aMoment();
  const after = itemOf(await lab.run([lab.path('d.csv')]));
  expect(after.signature).not.toBe(before.signature);
  expect(after.sha256 ?? (await lab.digestOf(after)).sha256).toBe(sha256('bbbb'));
});

test('a renamed file is the same content under another name; so is a copy', async () => {
  const lab = new DataLab();
  const made = itemOf(await lab.run([], () => written(lab.path('m.json'), 'model')));
  copyFileSync(lab.path('m.json'), lab.path('copy.json'));
  renameSync(lab.path('m.json'), lab.path('moved.json'));
  await aMoment();
  const contents = [];
  for (const name of ['copy.json', 'moved.json']) {
    const used = itemOf(await lab.run([lab.path(name)]));
    contents.push(used.sha256 ?? (await lab.digestOf(used)).sha256);
    expect(used.uri).not.toBe(made.uri);
  }
  expect(contents).toEqual([sha256('model'), sha256('model')]);
});

test('an output that changes between the run and its digest is not recorded as that output', async () => {
  const lab = new DataLab();
  makeLong(lab.path('long.bin'));
  await aMoment();
  const document = await lab.run([lab.path('long.bin')], () => {
    writeFileSync(lab.path('out.csv'), 'made');
    return lab.path('out.csv');
  });
  appendFileSync(lab.path('out.csv'), ' and changed');
  const output = itemOf(document, 'generated');
  expect(output).toMatchObject({ missing: 'pending', size_bytes: 4 });
  expect(await lab.digestOf(output)).toMatchObject({ missing: 'changed_meanwhile' });
  expect((await lab.digestOf(output)).sha256).toBeUndefined();
});

test('an output that is replaced or deleted before its digest is recorded as such', async () => {
  const lab = new DataLab();
  makeLong(lab.path('long.bin'));
  await aMoment();
  const names = [lab.path('replaced.csv'), lab.path('gone.csv')];
  const document = await lab.run([lab.path('long.bin')], () => {
    for (const name of names) writeFileSync(name, 'made');
    return names;
  });
  writeFileSync(lab.path('other'), 'else');
  renameSync(lab.path('other'), names[0]!);
  rmSync(names[1]!);
  const [replaced, gone] = document!.items.filter(({ direction }) => direction === 'generated');
  expect(await lab.digestOf(replaced)).toMatchObject({ missing: 'changed_meanwhile' });
  expect(await lab.digestOf(gone)).toMatchObject({ missing: 'gone' });
});

test('a file that grows while it is read has no digest', async () => {
  const lab = new DataLab();
  writeFileSync(lab.path('log.bin'), Buffer.alloc(8 * 1024 * 1024));
  await aMoment();
  const descriptor = openSync(lab.path('log.bin'), 'a');
  const timer = setInterval(() => writeSync(descriptor, Buffer.alloc(1_048_576)), 1);
  try {
    const document = await lab.run([], () => lab.path('log.bin'));
    const item = itemOf(document);
    if (item.signature) expect((await lab.digestOf(item)).missing).toBe('changed_meanwhile');
    else expect(item.missing).toBe('changed_meanwhile');
  } finally {
    clearInterval(timer);
    fsyncSync(descriptor);
    closeSync(descriptor);
  }
});

test('a file that the result names and an earlier run made is mentioned, even right after that run', async () => {
  const lab = new DataLab();
  const find = () => lab.path('found.csv');
  const made = await lab.run([], () => written(lab.path('found.csv'), 'x'));
  const found = await lab.run([], find);
  expect(itemsOf(made)).toEqual(['generated found.csv']);
  expect(itemsOf(found)).toEqual(['mentioned found.csv']);
  expect(itemOf(found).signature).toBe(itemOf(made).signature);
});

test('an input that the code removes was used', async () => {
  const lab = new DataLab();
  writeFileSync(lab.path('raw.csv'), 'raw');
  await aMoment();
  const document = await lab.run([lab.path('raw.csv')], () => rmSync(lab.path('raw.csv')));
  expect(itemsOf(document)).toEqual(['used raw.csv']);
  expect(existsSync(lab.path('raw.csv'))).toBe(false);
});

test('two concurrent runs that write one file are both recorded with their times', async () => {
  const lab = new DataLab();
  const write = async (text: string) => {
    await aMoment();
    writeFileSync(lab.path('shared.csv'), text);
    await aMoment();
    return lab.path('shared.csv');
  };
  const both = await Promise.all([lab.run([], () => write('one')), lab.run([], () => write('two'))]);
  for (const document of both) expect(document?.items).toMatchObject([{ time: expect.any(Number) }]);
  expect(both.flatMap(itemsOf)).toContain('generated shared.csv');
});

test('heartbeats name outputs too, and code declares what no value names', async () => {
  const lab = new DataLab();
  writeFileSync(lab.path('hidden.csv'), 'h');
  await aMoment();
  const run = lab.capture.begin([]);
  run?.open('declaring');
  writeFileSync(lab.path('part-1.csv'), 'p');
  run?.heartbeat([{ done: lab.path('part-1.csv') }]);
  run?.declare(lab.path('hidden.csv'), 'used');
  run?.declare(new URL(`file://${lab.path('old.csv')}`), 'generated');
  run?.declare({} as string, 'used');
  run?.end(undefined);
  run?.declare(lab.path('too-late.csv'), 'generated');
  await lab.capture.flush(60_000);
  expect(lab.documents[0]?.items).toMatchObject([
    { direction: 'generated', evidence: 'uri', paths: ['heartbeat[0].done'] },
    { direction: 'used', evidence: 'declared' },
    { direction: 'generated', evidence: 'declared', missing: 'gone' },
  ]);
  expect(lab.documents[0]?.inputs).toBe('known');
  expect(lab.losses).toEqual([]);
});

test('the heartbeat details of the attempt before are given to the retry', async () => {
  const lab = new DataLab();
  writeFileSync(lab.path('step-3.ckpt'), 'weights');
  await aMoment();
  const run = lab.capture.begin(['train'], { step: 3, checkpoint: lab.path('step-3.ckpt') });
  await lab.seen();
  run?.open('retry');
  run?.end(undefined);
  await lab.capture.flush(60_000);
  expect(lab.documents.at(-1)?.items).toMatchObject([
    { direction: 'used', paths: ['heartbeat_details[0].checkpoint'] },
  ]);
});

test('a name that the lab ignores, or that contains a secret, is left out', async () => {
  const lab = new DataLab({ ignore: ['*.tmp', '**/cache/**'] });
  lab.makeFolder('cache');
  for (const name of ['a.tmp', 'cache/b.csv', 'c.csv']) writeFileSync(lab.path(name), name);
  await aMoment();
  const document = await lab.run([
    lab.path('a.tmp'),
    lab.path('cache', 'b.csv'),
    lab.path('c.csv'),
    '/proc/self/status',
  ]);
  expect(itemsOf(document)).toEqual(['used c.csv']);
  expect(await lab.run([{ password: lab.path('c.csv') }])).toMatchObject({
    items: [],
    reasons: ['masked', 'nothing_found'],
  });
});

test('two hosts that share a root have one signature and one site name for a file', async () => {
  const here = new DataLab({}, 'one');
  writeFileSync(here.path('a.h5'), 'data');
  await aMoment();
  const roots = { beamline: here.folder };
  const [one, two] = [new DataLab({ roots }, 'one'), new DataLab({ roots }, 'two')];
  const [mine, theirs] = [await one.run([here.path('a.h5')]), await two.run([here.path('a.h5')])].map(
    (document) => itemOf(document),
  );
  expect(mine).toMatchObject({ site_name: 'beamline/a.h5', uri: `file://one${here.path('a.h5')}` });
  expect(theirs).toMatchObject({ site_name: 'beamline/a.h5', uri: `file://two${here.path('a.h5')}` });
  expect(theirs?.signature).toBe(mine?.signature);
  expect(mine?.signature).toMatch(/^share=beamline:0:/);
});

test('a file above the size limit is recorded as too large', async () => {
  const lab = new DataLab({ maxHashBytes: 10 });
  writeFileSync(lab.path('a.csv'), 'more than ten');
  await aMoment();
  expect(itemOf(await lab.run([lab.path('a.csv')]))).toMatchObject({ missing: 'too_large', size_bytes: 13 });
  truncateSync(lab.path('a.csv'), 1024 ** 4);
  expect(itemOf(await lab.run([lab.path('a.csv')]))).toMatchObject({
    missing: 'too_large',
    size_bytes: 1024 ** 4,
  });
});

test('the end of a worker leaves nothing pending', async () => {
  const lab = new DataLab({ maxHashBytes: 1024 ** 4 });
  makeLong(lab.path('long.bin'), 60 * 1024 ** 3);
  writeFileSync(lab.path('first.csv'), 'f');
  const names = ['first.csv', 'long.bin', 'last.csv'].map((name) => lab.path(name));
  const document = await lab.run([names[0]], () => {
    writeFileSync(lab.path('last.csv'), 'l');
    return names.slice(1);
  });
  expect(document?.items).toMatchObject([
    { direction: 'used' },
    { missing: 'pending' },
    { missing: 'pending' },
  ]);
  await lab.capture.close();
  const told = new Map(
    lab.digests.map(({ uri, missing, sha256: known }) => [
      uri.slice(uri.lastIndexOf('/') + 1),
      missing ?? known,
    ]),
  );
  expect(told.get('long.bin')).toBe('budget');
  expect([...told.values()]).not.toContain('pending');
  expect(told.get('last.csv')).toBeDefined();
});
