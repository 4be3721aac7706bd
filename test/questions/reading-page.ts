/**
 * The examples of docs/guide/programs.md and docs/guide/sql.md, and a lab whose store they read.
 * @module
 */
import { mkdirSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { WriteRecord } from '../../src/store/interface/written';
import { openStore } from '../built';
import { laboratoryRecords, MORNING } from '../cli/laboratory';
import { ROOT } from '../imports';
import { uidOf } from '../store/runs';
import { putLineage } from './lineage-kit';

const PAGES = ['programs.md', 'sql.md']
  .map((page) => readFileSync(join(ROOT, 'docs', 'guide', page), 'utf8'))
  .join('\n');

/** Code of the pages in a language, block by block, in order. */
export function examples(language: string): string[] {
  return [...PAGES.matchAll(new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``, 'g'))].map(
    ([, code = '']) => code,
  );
}

const address = { namespace: 'default', workflow_id: 'seasonal-2026' };
const run_id = '0b5c7f1e-0000-4000-8000-000000000001';

/** What the laboratory's runs said, and the execution that they belong to. */
function surroundings(): WriteRecord[] {
  return [
    {
      kind: 'execution',
      start: {
        schema_version: 1,
        ...address,
        run_id,
        workflow_type: 'seasonal',
        start_time: MORNING - 1,
        task_queue: 'measurements',
        first_execution_run_id: run_id,
        attempt: 1,
        origin: 'sandbox',
      },
    },
    {
      kind: 'execution-close',
      close: {
        schema_version: 1,
        ...address,
        run_id,
        status: 'completed',
        close_time: MORNING + 60,
        origin: 'sandbox',
      },
    },
    {
      kind: 'checkpoint',
      checkpoint: {
        schema_version: 1,
        checkpoint_id: uidOf(100),
        run_start: uidOf(2),
        index: 0,
        start_time: MORNING,
        stop_time: MORNING + 1,
        details: [{ frame: 6 }],
      },
    },
    {
      kind: 'log',
      run_start: uidOf(2),
      run_id,
      first: 0,
      lines: [{ time: MORNING + 1, level: 'WARN', message: 'beam lost' }],
      keep_from: 0,
    },
    {
      kind: 'refusal',
      refusal_id: 'refusal-1',
      time: MORNING + 50,
      lab: 'default',
      issues: [{ path: ['operator'], message: 'required' }],
      document: JSON.stringify({
        fields: { purpose: 'report' },
        temporal: { ...address, run_id, activity_id: '9', activity_type: 'publish' },
      }),
    },
  ];
}

/** A folder with a config file, the store that it names, and the package where programs of the folder find it. */
export async function lab(): Promise<{ folder: string; url: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'reading-'));
  const url = `sqlite:${join(folder, 'lab.db')}`;
  const store = await openStore(url);
  await store.write([...laboratoryRecords(), ...surroundings()]);
  await store.changeStash('default', [{ op: 'set', key: 'sample', value: { name: 'Au foil' } }], {
    name: 'ada',
    host: 'beamline-7',
    pid: 1,
  });
  await store.close();
  await putLineage(url, {
    runs: [{ n: 1 }, { n: 3 }],
    versions: [
      { uri: 'file://beamline-7/data/scan.h5', content: 'raw', time: MORNING },
      { uri: 'file://beamline-7/data/model.json', content: 'model', time: MORNING + 20 },
    ],
    links: [
      ['v1', 'r1', 'used', 'uri'],
      ['r1', 'r3', 'informed', 'identity'],
      ['r3', 'v2', 'generated', 'uri'],
    ],
  });
  writeFileSync(join(folder, 'temporal-provenance.json'), '{"store":"sqlite:lab.db"}');
  mkdirSync(join(folder, 'copies'));
  writeFileSync(join(folder, 'copies', 'best.json'), 'model');
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(ROOT, join(folder, 'node_modules', 'temporal-provenance'));
  return { folder, url };
}
