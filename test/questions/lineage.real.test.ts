/** Questions about lineage for programs, and conditions on it in filters, on both databases. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Provenance } from '../../src/questions/provenance';
import { CALIBRATE, FIT, FRAMES, PIPELINE, PREDICT, REPORT } from '../cli/lineage-pipeline';
import { uidOf } from '../store/runs';
import { openUpkeep, postgresPlace, sqlitePlace } from '../upkeep/stores';
import { digestOf, putGraph } from './lineage-kit';

const { openProvenance } = createRequire(import.meta.url)(
  'temporal-provenance',
) as typeof import('../../src/index');

const folder = mkdtempSync(join(tmpdir(), 'provenance-questions-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.each([sqlitePlace(), postgresPlace()])('questions about lineage in $name', (place) => {
  let provenance: Provenance;
  let url = '';
  beforeAll(async () => {
    if (place.missing) return;
    await place.start();
    url = await place.url();
    await putGraph(url, PIPELINE);
    provenance = await openProvenance({ store: url });
  });
  afterAll(async () => {
    await provenance?.close();
    await place.stop();
  });
  const check = (name: string, test: () => Promise<void>) =>
    it(name, async (context) => {
      context.skip(place.missing !== undefined, place.missing);
      await test();
    });
  const found = async (where: string) => {
    const runs: number[] = [];
    for await (const { start } of provenance.runs({ where })) runs.push(start.scan_id!);
    return runs;
  };
  const codeOf = (work: Promise<unknown>) => work.then(String, ({ code }) => code as string);

  check('a report is led back to every run and file behind it', async () => {
    const { nodes, links, roots, truncated, behind } = await provenance.lineage('report.html');
    expect(roots).toEqual([`artifact:sha256:${digestOf('report')}`]);
    const runs = nodes.filter(({ type }) => type === 'run');
    const data = nodes.filter(({ type }) => type === 'artifact');
    expect([runs.length, data.length, links.length]).toEqual([FRAMES + 3, 2 * FRAMES + 4, 4 * FRAMES + 7]);
    expect({ truncated, behind }).toEqual({ truncated: false, behind: 0 });
    const report = runs.find(({ label }) => label === 'makeReport (scan 42)');
    expect(report).toMatchObject({
      depth: 1,
      ambiguous: 1,
      decisions: [{ name: 'approve', identity: 'ada@control-room' }],
    });
  });

  check('the training question is answered', async () => {
    const data = await provenance.usedData('model.json');
    expect(data).toHaveLength(FRAMES + 1);
    expect(data.every(({ origin }) => origin === 'unknown')).toBe(true);
    expect(data.map(({ label }) => label)).toContain('/data/raw/frame_7.h5');
  });

  check('paths, parents and the past', async () => {
    const path = await provenance.lineage('calibration.json', { to: REPORT });
    expect(path.nodes.map(({ label }) => label)).toEqual(['makeReport (scan 42)', '/data/calibration.json']);
    const parents = await provenance.lineage(PREDICT, { depth: 1, parents: true });
    expect(parents.links.map(({ kind }) => kind)).toContain('child-of');
    const before = await provenance.lineage('model.json', { direction: 'down', as_of: 1_795_420_801 });
    expect(before.nodes).toHaveLength(1);
  });

  check('a renamed copy is led back by its content', async () => {
    writeFileSync(join(folder, 'copy.bin'), 'model');
    const { versions } = await provenance.which(join(folder, 'copy.bin'));
    expect(versions.flatMap(({ generated_by }) => generated_by.map(({ uid }) => uid))).toEqual([uidOf(FIT)]);
    const byFile = await provenance.lineage(join(folder, 'copy.bin'), { depth: 1 });
    expect(byFile.nodes.map(({ label }) => label)).toEqual(['data/model.json', 'fit (scan 41)']);
    writeFileSync(join(folder, 'other.bin'), 'nothing that is known');
    expect((await provenance.which(join(folder, 'other.bin'))).versions).toEqual([]);
  });

  check('artifacts are listed and described', async () => {
    const listed = await provenance.artifacts({
      where: "generated_by = 'reduce' AND uri STARTS_WITH 'file://beam/data/curves/frame_4'",
    });
    expect(listed).toHaveLength(2);
    const { versions, same_content } = await provenance.artifact('model.json');
    expect(versions[0]).toMatchObject({ revision: 1, used_count: 2, generated_by: [{ uid: uidOf(FIT) }] });
    expect(same_content).toEqual(['file://beam/data/copies/best.json']);
    // Nobody wrote the copy under its name: its bytes tell who made them.
    expect((await provenance.artifact('copies/best.json')).versions[0]).toMatchObject({
      generated_by: [{ uid: uidOf(FIT), evidence: 'content' }],
    });
    expect(await codeOf(provenance.artifact('no-such-thing'))).toBe('NOT_FOUND');
    expect(await codeOf(provenance.artifact('frame_1'))).toBe('NOT_FOUND');
    expect(await codeOf(provenance.artifact('sha256:zz'))).toBe('NOT_FOUND');
  });

  check('runs are found by what they are upstream and downstream of, and by what they use', async () => {
    expect(await found("upstream_of('report.html') AND activity_type != 'reduce'")).toEqual([
      CALIBRATE,
      REPORT,
      FIT,
    ]);
    expect(await found("upstream_of('report.html') ORDER BY scan_id")).toHaveLength(FRAMES + 3);
    expect(await found(`downstream_of('${CALIBRATE}')`)).toEqual([PREDICT, REPORT, FIT]);
    expect(await found("NOT upstream_of('report.html')")).toEqual([FRAMES + 5, PREDICT]);
    expect(await found("uses('model.json') OR uses('raw/frame_2.h5') ORDER BY scan_id DESC")).toEqual([
      PREDICT,
      REPORT,
      2,
    ]);
    expect(await found("uses('copies/best.json')")).toEqual([PREDICT]);
    expect(await found(`uses('sha256:${digestOf('model')}') AND time > '2026-11-23T08:03:00Z'`)).toEqual([
      PREDICT,
    ]);
    expect(await provenance.count({ where: "upstream_of('model.json')", by: ['activity_type'] })).toEqual([
      { by: { activity_type: 'reduce' }, runs: FRAMES },
      { by: { activity_type: 'calibrate' }, runs: 1 },
      { by: { activity_type: 'fit' }, runs: 1 },
    ]);
  });

  check('a condition on lineage that names nothing is told with its place', async () => {
    await expect(found("operator = 'Ada' AND upstream_of('nothing')")).rejects.toMatchObject({
      code: 'FILTER_INVALID',
      position: 21,
      message: expect.stringMatching(
        /^Filter, column 22, at "upstream_of\('nothing'\)": 'nothing' names no run/,
      ),
    });
    await expect(found("uses('42')")).rejects.toMatchObject({ code: 'FILTER_INVALID', position: 0 });
  });

  check('a condition on more runs than are read says so, and a hub is counted', async () => {
    const database = await openUpkeep(url);
    const { raw } = { raw: (2 * FRAMES + 6) * 4 + 1 };
    const numbers =
      database.dialect === 'postgres'
        ? 'SELECT n FROM generate_series(1, 100001) s(n)'
        : 'WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < 100001) SELECT n FROM s';
    await database.transaction(async (transaction) => {
      await transaction.query(
        `INSERT INTO link (earlier, later, kind, evidence) SELECT ${raw}, (n + 1000000) * 4, 1, 4 FROM (${numbers}) t`,
      );
    });
    await expect(found("uses('DONE')")).rejects.toThrow('these are more than 100,000 runs');
    await expect(found("downstream_of('DONE')")).rejects.toThrow('these are more than 100,000 runs');
    const hub = await provenance.lineage('DONE', { direction: 'down' });
    expect(hub.nodes.find(({ depth }) => depth === 0)).toMatchObject({ links_counted: 100_001 });
    expect(hub.nodes).toHaveLength(10_001);
    const { versions } = await provenance.artifact('DONE');
    expect(versions[0]).toMatchObject({ used_count: 100_001 });
    await database.transaction(async (transaction) => {
      await transaction.query(`DELETE FROM link WHERE earlier = ${raw}`);
    });
    await database.close();
  });
});
