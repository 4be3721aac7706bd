import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseFilter } from '../../src/filter/parser';
import { artifactsOf } from '../../src/questions/lineage/artifacts';
import { lineageOf } from '../../src/questions/lineage/lineage';
import { countRuns } from '../../src/questions/lists/counts';
import { fieldsOf } from '../../src/questions/lists/fields';
import { linesOf } from '../../src/questions/lists/logged';
import { refusedActivities } from '../../src/questions/lists/refused';
import { findRun } from '../../src/questions/references/run-reference';
import { findSubject } from '../../src/questions/references/subject';
import { closeScope, openScope, type Scope, scopeFor } from '../../src/questions/scope';
import { sessionsOf } from '../../src/questions/stories/sessions';
import { newFolder } from '../record/spool-kit';
import { OTHERS, OWN, putTwoLabs, SECRET } from '../web/two-labs';

let folder: string;
let whole: Scope;
let confined: Scope;
beforeAll(async () => {
  folder = await newFolder();
  const url = `sqlite:${join(folder, 'provenance.db')}`;
  await putTwoLabs(url);
  whole = { ...(await openScope(url, { lab: 'alpha' })), url: undefined };
  confined = scopeFor(whole, { lab: 'alpha', only_lab: 'alpha', confined: true });
});
afterAll(async () => {
  await closeScope(whole);
  rmSync(folder, { recursive: true, force: true });
});

describe('a scope that is confined to a lab', () => {
  it('finds runs and executions of that lab, and of no other', async () => {
    await expect(findRun(whole, OTHERS.run)).resolves.toBeDefined();
    await expect(findRun(confined, OTHERS.run)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(findSubject(confined, OTHERS.workflow)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect((await findSubject(confined, OWN.execution)).value).toHaveProperty('execution');
  });

  it('counts and lists only that lab, for every query', async () => {
    const everywhere = { ...confined, only_lab: undefined };
    const [counted] = await countRuns(everywhere, { filter: parseFilter(''), by: [] });
    expect(counted?.runs).toBe(2);
    expect((await fieldsOf(confined)).map(({ path }) => path)).toEqual(['Ada', 'operator']);
    expect((await fieldsOf(confined, 'operator'))[0]?.values).toEqual([{ value: 'Ada', runs: 2 }]);
    expect(await sessionsOf(confined, { limit: 10 })).toHaveLength(1);
    expect((await refusedActivities(everywhere, 10)).activities).toEqual([]);
    expect(await linesOf(everywhere, { limit: 10 })).toEqual([]);
    expect((await linesOf({ ...whole, only_lab: 'beta' }, { limit: 10 })).length).toBe(2);
  });

  it('reads the log of no other lab, and shows environments with its own runs only', async () => {
    const owner = { run_start: OTHERS.run };
    expect(await whole.store.logPart({ owner, limit: 5 })).not.toEqual([]);
    expect(await confined.store.logPart({ owner, limit: 5 })).toEqual([]);
    expect(await confined.store.logLevels(owner)).toEqual([]);
    expect(await confined.store.removals(OTHERS.run)).toEqual([]);
    const used = await confined.store.environmentUse({ limit: 10, counted: 10 });
    const all = await whole.store.environmentUse({ limit: 10, counted: 10 });
    expect(used.length).toBeLessThan(all.length);
    for (const { last } of used) expect(last?.uid).not.toBe(OTHERS.run);
  });

  it('shows a run of another lab in a lineage as such, and only what is of the lab behind it', async () => {
    const { nodes } = (await lineageOf(confined, OWN.later, {}, { cwd: folder })).value;
    expect(nodes.map(({ label }) => label)).toContain('a run of another lab');
    expect(JSON.stringify(nodes)).not.toContain(SECRET);
    expect(JSON.stringify((await lineageOf(whole, OWN.later, {}, { cwd: folder })).value)).toContain(SECRET);
  });

  it('has the data that runs of the lab used or generated', async () => {
    const names = (await artifactsOf(confined, {})).value.map((one) => JSON.stringify(one));
    expect(names).toHaveLength(2);
    expect(names.join()).not.toContain(SECRET);
    await expect(lineageOf(confined, OTHERS.digest, {}, { cwd: folder })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
  });

  it('refuses questions about the whole store, and writes nothing', async () => {
    for (const ask of [() => confined.store.counts(), () => confined.store.stash('beta')])
      await expect(ask()).rejects.toMatchObject({ code: 'OTHER_LABS' });
    await expect(confined.store.write([])).rejects.toMatchObject({ code: 'OTHER_LABS' });
  });
});
