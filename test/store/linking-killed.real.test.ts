/** A process that derives links is killed at any moment: the next one goes on where it stopped, and the links are the same. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { WriteRecord } from '../../src/store/interface/written';
import { DIST, openStore } from '../built';
import { byLength } from '../reliability';
import { openUpkeep, postgresPlace, sqlitePlace } from '../upkeep/stores';
import { done, linkAll, linksOf, made, signature, used } from './links-kit';

const KILLS = byLength({ short: 8, full: 30, soak: 200 });
const RUNS = 150;
const folder = mkdtempSync(join(tmpdir(), 'provenance-killed-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A chain of runs, each given the result of the one before and using its file. */
function chain(): WriteRecord[] {
  return Array.from({ length: RUNS }, (_, i) => i + 1).flatMap((n) => {
    const file = (of: number) => `file://host/data/${of}.h5`;
    const from = [{ run_id: 'e1', activity_id: String(n - 1), evidence: 'identity' as const }];
    return done(
      { n, ...(n > 1 && { from }) },
      ...(n > 1 ? [used(file(n - 1), n, { signature: signature(n - 1, n - 0.5) })] : []),
      made(file(n), n + 0.5, { signature: signature(n, n + 0.5) }),
    );
  });
}

/** @returns true where it had finished before */
async function killed(url: string, pages: number): Promise<boolean> {
  const script = join(import.meta.dirname, 'linking-killed.cjs');
  const child = spawn(process.execPath, [script, DIST, url], { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  child.stdout!.on('data', (chunk) => {
    text += chunk;
    if (text.split('\n').length > pages) child.kill('SIGKILL');
  });
  await once(child, 'close');
  return text.includes('done');
}

for (const place of [sqlitePlace(), postgresPlace()])
  describe.skipIf(place.missing)(
    `a linker in ${place.name}${place.missing ? `: ${place.missing}` : ''}`,
    () => {
      beforeAll(() => place.start());
      afterAll(() => place.stop());

      it('a linker that is killed repeatedly leaves what another one derives', async () => {
        const url = await place.url();
        const store = await openStore(url);
        const records = chain();
        for (let from = 0; from < records.length; from += 50)
          await store.write(records.slice(from, from + 50));
        for (let kill = 0; kill < KILLS; kill++) {
          if (kill === KILLS / 2) await store.forgetLinks();
          await killed(url, 1 + (kill % 7));
        }
        await linkAll(store);
        const database = await openUpkeep(url);
        const links = await linksOf(database);
        expect(links).toHaveLength(3 * RUNS - 2);
        await store.forgetLinks();
        await linkAll(store);
        expect(await linksOf(database)).toEqual(links);
        await database.close();
        const faults = [];
        for (let page = await store.verify(); ; page = await store.verify({ after: page.next })) {
          faults.push(...page.faults);
          if (page.next === undefined) break;
        }
        expect(faults).toEqual([]);
        await store.close();
      });
    },
  );
