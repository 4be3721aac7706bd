/** Questions about lineage on the command line: trees as they are printed, contracts of `--json`, exit codes. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { artifactIdOf, digestOf, putGraph } from '../questions/lineage-kit';
import { uidOf } from '../store/runs';
import { call } from './laboratory';
import { FIT, FRAMES, PIPELINE, PREDICT, REPORT } from './lineage-pipeline';

const cwd = mkdtempSync(join(tmpdir(), 'provenance-lineage-'));
const url = `sqlite:${join(cwd, 'provenance.db')}`;
const ask = (...argv: string[]) => call([...argv, '--store', url], { cwd });

beforeAll(async () => {
  await putGraph(url, {
    ...PIPELINE,
    versions: [
      ...PIPELINE.versions!,
      { uri: `file://${hostname()}${join(cwd, 'changed.txt')}`, content: 'before', time: 1_795_420_900 },
    ],
  });
  writeFileSync(join(cwd, 'renamed-model.bin'), 'model');
  writeFileSync(join(cwd, 'changed.txt'), 'after');
  writeFileSync(join(cwd, 'unheard-of.txt'), 'of nobody');
  mkdirSync(join(cwd, 'folder'));
});
afterAll(() => rmSync(cwd, { recursive: true, force: true }));

/** The tree above the sections. */
const treeOf = (out: string) => out.split('\n\n')[0]!.trimEnd().split('\n');

describe('the tree', () => {
  it('of a report shows everything behind it, with similar nodes on one line and each node once', async () => {
    const { code, out, err } = await ask('lineage', 'report.html');
    expect(code).toBe(0);
    expect(treeOf(out)).toEqual([
      '▪ /data/report.html 845e91831319 1.2 KiB',
      '← ✓ makeReport scan 42 0000002a code 3f2a1bc9+ [uri]',
      '├─ ▪ /data/calibration.json e152337e4e85 1.2 KiB [uri]',
      '│  ← ✓ calibrate scan 43 0000002b code 3f2a1bc9+ [uri]',
      '│  ← ▪ …/example.org/standards/si.json no digest (remote) origin unknown [uri]',
      '├─ ▪ data/model.json 9372c470eead 1.2 KiB [uri]',
      '│  ← ✓ fit scan 41 00000029 code 3f2a1bc9+ [uri]',
      '│  ├─ × 40 reduce scan 1 … 40 [identity]',
      '│  │  ← × 40 files .h5 /data/raw/frame_1.h5 … frame_40.h5 [uri]',
      '│  ├─ × 40 files .csv /data/curves/frame_1.csv … frame_40.csv [uri]',
      '│  │  ← × 40 reduce scan 1 … 40 [uri] (above)',
      '│  └─ ✓ calibrate scan 43 0000002b code 3f2a1bc9+ [value] (above)',
      '└─ ? ✓ calibrate scan 45 0000002d code 3f2a1bc9+ [value-ambiguous]',
    ]);
    expect(err).toContain('1 link, marked ?, not followed');
  });

  it('ends with the code and the decisions behind it', async () => {
    const { out } = await ask('lineage', 'report.html');
    expect(out).toMatch(/^code\n {2}abababababab 43 runs, commit 3f2a1bc9d0e4 with changes/m);
    expect(out).toMatch(/^decided\n {2}signal +approve 2026-11-23T08:00:55Z by ada@control-room, night-42$/m);
  });

  it('has no colour and 80 columns if it is piped, and fits a narrower terminal', async () => {
    const piped = await ask('lineage', 'report.html');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are what is looked for
    expect(piped.out).not.toMatch(/\u001b/);
    expect(Math.max(...piped.out.split('\n').map((line) => [...line].length))).toBeLessThanOrEqual(80);
    const narrow = await call(['lineage', 'report.html', '--store', url], { cwd, tty: { columns: 60 } });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colours take no room
    const lines = narrow.out.replace(/\u001b\[\d+m/g, '').split('\n');
    expect(Math.max(...lines.map((line) => [...line].length))).toBeLessThanOrEqual(60);
    expect(narrow.out).toContain('\u001b[');
  });

  it('goes down with --down', async () => {
    const { out } = await ask('lineage', 'raw/frame_3.h5', '--down');
    expect(treeOf(out)).toEqual([
      '▪ /data/raw/frame_3.h5 6cbff0f985bf 1.2 KiB origin unknown',
      '→ ✓ reduce scan 3 00000003 code 3f2a1bc9+ [uri]',
      '├─ ▪ /data/curves/frame_3.csv 8794009f4c28 1.2 KiB [uri]',
      '│  → ✓ fit scan 41 00000029 code 3f2a1bc9+ [uri]',
      '│  → ▪ data/model.json 9372c470eead 1.2 KiB [uri]',
      '│  ├─ ✓ makeReport scan 42 0000002a code 3f2a1bc9+ [uri]',
      '│  │  → ▪ /data/report.html 845e91831319 1.2 KiB [uri]',
      '│  └─ ✓ predict scan 44 0000002c code 3f2a1bc9+ [content]',
      '└─ ✓ fit scan 41 00000029 code 3f2a1bc9+ [identity] (above)',
    ]);
  });

  it('keeps the paths between two nodes, in either order', async () => {
    const expected = [
      '▪ /data/report.html 845e91831319 1.2 KiB',
      '← ✓ makeReport scan 42 0000002a code 3f2a1bc9+ [uri]',
      '← ▪ data/model.json 9372c470eead 1.2 KiB [uri]',
      '← ✓ fit scan 41 00000029 code 3f2a1bc9+ [uri]',
      '├─ ✓ reduce scan 3 00000003 code 3f2a1bc9+ [identity]',
      '│  ← ▪ /data/raw/frame_3.h5 6cbff0f985bf 1.2 KiB origin unknown [uri]',
      '└─ ▪ /data/curves/frame_3.csv 8794009f4c28 1.2 KiB [uri]',
      '   ← ✓ reduce scan 3 00000003 code 3f2a1bc9+ [uri] (above)',
    ];
    expect(treeOf((await ask('lineage', 'report.html', '--to', 'raw/frame_3.h5')).out)).toEqual(expected);
    expect(treeOf((await ask('lineage', 'raw/frame_3.h5', '--to', 'report.html')).out)).toEqual(expected);
    const none = await ask('lineage', 'raw/frame_3.h5', '--to', 'raw/frame_4.h5');
    expect(none).toMatchObject({ code: 1, out: '' });
    expect(none.err).toContain("No path is recorded between 'raw/frame_3.h5' and 'raw/frame_4.h5'.");
  });

  it('begins at each run of an execution', async () => {
    const { out } = await ask('lineage', 'forecast-7');
    expect(treeOf(out).slice(0, 4)).toEqual([
      '… execution forecast-7 nightly',
      '✓ predict scan 44 0000002c code 3f2a1bc9+',
      '← ▪ data/model.json 9372c470eead 1.2 KiB [content]',
      '← ✓ fit scan 41 00000029 code 3f2a1bc9+ [uri]',
    ]);
  });

  it('follows only the requested kinds and evidence', async () => {
    const depth = await ask('lineage', String(REPORT), '--depth', '1');
    expect(treeOf(depth.out)).toHaveLength(4);
    const kinds = await ask('lineage', String(FIT), '--kind', 'informed', '--evidence', 'value');
    expect(treeOf(kinds.out)).toEqual([
      '✓ fit scan 41 00000029 code 3f2a1bc9+',
      '├─ ✓ calibrate scan 43 0000002b code 3f2a1bc9+ [value]',
      expect.stringMatching(/^└─ \? /),
    ]);
    const then = await ask('lineage', 'model.json', '--down', '--as-of', '2026-11-23T08:01:12Z');
    expect(treeOf(then.out)).toEqual([
      '▪ data/model.json 9372c470eead 1.2 KiB',
      '→ ✓ makeReport scan 42 0000002a code 3f2a1bc9+ [uri]',
    ]);
  });

  it('says so if nothing is known', async () => {
    const { code, out, err } = await ask('lineage', 'DONE');
    expect({ code, out }).toEqual({ code: 0, out: '▪ /data/DONE e3b0c44298fc 1.2 KiB origin unknown\n' });
    expect(err).toContain('No origin is recorded: either it has none, or none was captured.');
  });
});

describe('the training question', () => {
  it('lists the data at the beginning', async () => {
    const { code, out } = await ask('lineage', 'model.json', '--data');
    const lines = out.trimEnd().split('\n');
    expect(code).toBe(0);
    expect(lines).toHaveLength(FRAMES + 2);
    expect(lines[1]).toMatch(/^\/data\/raw\/frame_1\.h5 +file +[0-9a-f]{12} +1\.2 KiB .* unknown$/);
    expect(out).toMatch(/^https:\/\/example\.org\/standards\/si\.json +remote +no digest \(remote\)/m);
  });

  it('exits with 1 if nothing is known', async () => {
    const { code, err } = await ask('lineage', 'DONE', '--data');
    expect(code).toBe(1);
    expect(err).toContain('No input data is recorded for it.');
  });
});

describe('lineage as data', () => {
  it('has one node or link per line', async () => {
    const lines = (await ask('lineage', String(PREDICT), '--depth', '2', '--json')).json();
    expect(lines.map((line) => Object.keys(line)[0])).toEqual(['node', 'node', 'node', 'link', 'link']);
    expect(lines[0]).toEqual({
      node: expect.objectContaining({
        id: `run:${uidOf(PREDICT)}`,
        type: 'run',
        label: 'predict (scan 44)',
        depth: 0,
        status: 'completed',
        code: expect.objectContaining({ commit: expect.stringMatching(/^3f2a/), dirty: true }),
      }),
    });
    expect(lines[1]).toEqual({
      node: expect.objectContaining({
        id: `artifact:sha256:${digestOf('model')}`,
        type: 'artifact',
        depth: 1,
        names: ['data/model.json', 'file://beam/data/model.json', 'file://beam/data/copies/best.json'],
      }),
    });
    expect(lines.filter((line) => 'link' in line)).toEqual([
      {
        link: {
          from: `artifact:sha256:${digestOf('model')}`,
          to: `run:${uidOf(PREDICT)}`,
          kind: 'used',
          evidence: 'content',
        },
      },
      {
        link: {
          from: `run:${uidOf(FIT)}`,
          to: `artifact:sha256:${digestOf('model')}`,
          kind: 'generated',
          evidence: 'uri',
        },
      },
    ]);
  });

  it('names data without a digest by its URI, and has ambiguous links on request', async () => {
    const lines = (await ask('lineage', 'calibration.json', '--json')).json() as { node?: { id: string } }[];
    expect(lines.map(({ node }) => node?.id)).toContain('artifact:https://example.org/standards/si.json');
    const doubtful = await ask(
      'lineage',
      String(REPORT),
      '--depth',
      '1',
      '--evidence',
      'value-ambiguous',
      '--json',
    );
    expect(doubtful.json().at(-1)).toMatchObject({ link: { kind: 'informed', evidence: 'value-ambiguous' } });
  });

  it('has executions with their links if --parents is given', async () => {
    const lines = (await ask('lineage', String(REPORT), '--depth', '1', '--parents', '--json')).json();
    expect(lines.at(-1)).toEqual({
      link: {
        from: 'execution:run-of-night-42',
        to: `run:${uidOf(REPORT)}`,
        kind: 'child-of',
        evidence: 'temporal',
      },
    });
  });

  it('is a digraph that Graphviz can read', async () => {
    const { out } = await ask('lineage', 'report.html', '--as', 'dot');
    const id = String.raw`"(?:[^"\\]|\\.)*"`;
    const [first, ...lines] = out.trimEnd().split('\n');
    expect(first).toBe('digraph lineage {');
    expect(lines.pop()).toBe('}');
    const statement = new RegExp(
      `^  (?:rankdir=LR|node \\[shape=box\\]|${id} \\[label=${id}, shape=\\w+\\]|${id} -> ${id} \\[label=${id}\\]);$`,
    );
    expect(lines.filter((line) => !statement.test(line))).toEqual([]);
    expect(lines.filter((line) => line.includes('->')).length).toBeGreaterThan(4 * FRAMES);
  });

  it('is a flowchart that Mermaid can read', async () => {
    const [first, ...lines] = (await ask('lineage', 'report.html', '--as', 'mermaid')).out
      .trimEnd()
      .split('\n');
    expect(first).toBe('flowchart LR');
    const statement =
      /^ {2}(?:n\d+(?:\["[^"[\]]+"\]|\("[^"[\]]+"\)|\{\{"[^"]+"\}\})|n\d+ -->\|"[a-z-]+, [a-z-]+"\| n\d+)$/;
    expect(lines.filter((line) => !statement.test(line))).toEqual([]);
    const named = new Set(lines.flatMap((line) => /^ {2}(n\d+)[[({]/.exec(line)?.[1] ?? []));
    const used = lines.flatMap((line) => /^ {2}(n\d+) -->.* (n\d+)$/.exec(line)?.slice(1) ?? []);
    expect(used.filter((name) => !named.has(name))).toEqual([]);
  });
});

describe('which', () => {
  it('names the run that made a copied and renamed file', async () => {
    const { code, out } = await ask('which', 'renamed-model.bin');
    expect(code).toBe(0);
    expect(out).toContain(`renamed-model.bin sha256:${digestOf('model').slice(0, 16)}… 5 B`);
    expect(out).toMatch(/data\/model\.json@1\n {2}also +\/data\/model\.json/);
    expect(out).toMatch(/generated by +✓ fit scan 41 00000029 2026-11-23T08:01:00Z code 3f2a1bc9\+ \[uri\]/);
    expect(out).toMatch(/used by +✓ makeReport scan 42 0000002a/);
  });

  it('keeps its contract', async () => {
    const [answer] = (await ask('which', 'renamed-model.bin', '--json')).json();
    expect(answer).toEqual({
      file: 'renamed-model.bin',
      sha256: digestOf('model'),
      size_bytes: 5,
      versions: [
        expect.objectContaining({
          artifact: artifactIdOf('file://beam/data/model.json'),
          names: ['data/model.json', 'file://beam/data/model.json'],
          revision: 1,
          generated_by: [expect.objectContaining({ uid: uidOf(FIT), scan_id: FIT, evidence: 'uri' })],
          used_by: [
            expect.objectContaining({ uid: uidOf(REPORT), evidence: 'uri' }),
            expect.objectContaining({ uid: uidOf(PREDICT), evidence: 'content' }),
          ],
          used_count: 2,
        }),
        expect.objectContaining({ names: ['file://beam/data/copies/best.json'], generated_by: [] }),
      ],
    });
  });

  it('exits with 1 for an unrecorded content, and mentions a known name that has other content', async () => {
    const unknown = await ask('which', 'unheard-of.txt');
    expect(unknown.code).toBe(1);
    expect(unknown.err).toContain('No recorded run generated or used the content of unheard-of.txt.');
    const changed = await ask('which', 'changed.txt');
    expect(changed.code).toBe(1);
    expect(changed.err).toContain(
      `Its name is recorded with 1 other content, the last of them sha256:${digestOf('before').slice(0, 12)}…`,
    );
    const lineage = await ask('lineage', 'changed.txt');
    expect(lineage.code).toBe(1);
    expect(lineage.err).toContain('The content of changed.txt');
  });

  it("names what can't have a content", async () => {
    expect(await ask('which', 'not-there')).toMatchObject({
      code: 1,
      err: expect.stringContaining('File not found: '),
    });
    expect(await ask('which', '/dev/null')).toMatchObject({
      code: 2,
      err: expect.stringContaining('neither a file nor'),
    });
    expect(await ask('which', 'folder')).toMatchObject({ code: 0 });
  });
});

describe('show', () => {
  const section = (out: string, title: string) =>
    new RegExp(`^${title}\\n((?: {2}.*\\n)+)`, 'm').exec(out)?.[1]?.trimEnd().split('\n');

  it('shows the data that a run used and generated, with digests and origins', async () => {
    const { code, out } = await ask('show', String(REPORT));
    expect(code).toBe(0);
    expect(section(out, 'data')).toEqual(
      [
        '  arguments    none',
        '  inputs       unknown',
        '  used         data/model.json 9372c470eead 1.2 KiB args[0].model [uri]',
        '               ← ✓ fit scan 41 00000029 2026-11-23T08:01:00Z code 3f2a1bc9+ [uri]',
        '  used         /data/calibration.json e152337e4e85 1.2 KiB [uri]',
        '               ← ✓ calibrate scan 43 0000002b 2026-11-23T08:00:50Z code 3f2a1bc9+ [uri]',
        '  generated    /data/report.html 845e91831319 1.2 KiB result [uri]',
      ].map((line, at) => (at === 4 ? line.replace('used', '    ') : line)),
    );
    expect(section(out, 'links')).toEqual(['  given by     calibrate (scan 45) [value-ambiguous]']);
  });

  it('shows the paths of passed values, and why inputs are not known', async () => {
    const fit = await ask('show', String(FIT));
    expect(section(fit.out, 'links')).toEqual([
      '  given by     × 40 runs of reduce [identity]',
      '               calibrate (scan 43) result.id → args[1] [value]',
    ]);
    expect(section(fit.out, 'data')?.at(-1)).toContain('generated    data/model.json');
    expect(fit.out).toContain('and 30 more (--json prints all)');
    const predict = await ask('show', String(PREDICT));
    expect(section(predict.out, 'data')?.[1]).toBe('  inputs       unknown (args_cut)');
  });

  it('adds data to its JSON if there are any', async () => {
    const [report] = (await ask('show', String(REPORT), '--json')).json();
    expect(Object.keys(report!)).toEqual(['start', 'stop', 'settled', 'data']);
    expect(report!.data).toMatchObject({
      inputs: 'unknown',
      used: [
        {
          id: `artifact:sha256:${digestOf('model')}`,
          names: ['data/model.json', 'file://beam/data/model.json'],
          paths: ['args[0].model'],
          generated_by: [{ uid: uidOf(FIT), code: { commit: expect.stringMatching(/^3f2a/) } }],
        },
        { names: ['file://beam/data/calibration.json'] },
      ],
      generated: [{ names: ['file://beam/data/report.html'], paths: ['result'] }],
      given: [{ label: 'calibrate (scan 45)', evidence: 'value-ambiguous' }],
    });
  });
});

describe('artifacts', () => {
  it('are listed, the last seen first, with their producers', async () => {
    const { out } = await ask('artifacts', '--limit', '5');
    const lines = out.trimEnd().split('\n');
    expect(lines).toHaveLength(6);
    expect(lines[0]).toMatch(/^NAME +TYPE +VERSIONS +DIGEST +SIZE +FIRST SEEN +GENERATED BY$/);
    expect(lines[3]).toMatch(/^\/data\/copies\/best\.json .* fit scan 41$/);
    expect(lines[5]).toMatch(
      /^https:\/\/example\.org\/standards\/si\.json +remote +1 +\(remote\) .* origin unknown$/,
    );
  });

  it('are found by a filter', async () => {
    const found = (await ask('artifacts', '--where', "generated_by = 'fit'", '--json')).json();
    expect(found).toEqual([
      expect.objectContaining({
        names: ['data/model.json', 'file://beam/data/model.json'],
        type: 'file',
        revisions: 1,
        sha256: digestOf('model'),
        generated_by: expect.objectContaining({ uid: uidOf(FIT) }),
      }),
    ]);
    const bad = await ask('artifacts', '--where', 'operator = 1');
    expect(bad).toMatchObject({ code: 2, err: expect.stringContaining('column 1') });
  });

  it('are described by name, version, digest and identity', async () => {
    const { code, out } = await ask('artifact', 'model.json');
    expect(code).toBe(0);
    expect(out).toContain('same content /data/copies/best.json');
    expect(out).toContain(`content      sha256:${digestOf('model')}`);
    expect(out).toMatch(/generated by ✓ fit scan 41/);
    for (const name of [
      'model.json@1',
      `model.json@${digestOf('model').slice(0, 8)}`,
      artifactIdOf('file://beam/data/model.json'),
      'data/model.json',
    ])
      expect((await ask('artifact', name, '--json')).json()[0]).toMatchObject({
        artifact_id: artifactIdOf('file://beam/data/model.json'),
      });
    const [byDigest] = (await ask('artifact', `sha256:${digestOf('report')}`, '--json')).json();
    expect(byDigest).toMatchObject({ names: ['file://beam/data/report.html'] });
  });

  it('that do not exist give exit code 1', async () => {
    expect(await ask('artifact', 'nothing.json')).toMatchObject({ code: 1, out: '' });
    const version = await ask('artifact', 'model.json@7');
    expect(version).toMatchObject({
      code: 1,
      err: expect.stringContaining("model.json has no version '7': it has 1 version"),
    });
    const several = await ask('lineage', 'json');
    expect(several.code).toBe(1);
  });
});

describe('wrong usage', () => {
  it.each([
    [['lineage', 'report.html', '--up', '--down'], 'Use --up or --down, not both.'],
    [['lineage', 'report.html', '--evidence', 'contents'], 'did you mean content?'],
    [['lineage', 'report.html', '--kind', 'uses'], '--kind takes used,'],
    [['lineage', 'report.html', '--as', 'svg'], '--as takes tree, json, mermaid, dot'],
    [['lineage', 'report.html', '--as-of', 'yesterday'], '--as-of takes a time'],
    [['lineage', 'report.html', '--depth', '0'], '--depth takes a whole number from 1'],
    [['lineage', 'report.html', '--down', '--data'], '--data follows links upwards only'],
    [['lineage'], "missing required argument 'which'"],
  ])('%j is refused', async (argv, message) => {
    const answer = await ask(...argv);
    expect(answer).toMatchObject({ code: 2, out: '' });
    expect(answer.err).toContain(message);
  });

  it('is reported for a reference that names nothing', async () => {
    const { code, err } = await ask('lineage', 'no-such-thing');
    expect(code).toBe(1);
    expect(err).toContain("'no-such-thing' names no run, no execution and no data in");
  });
});
