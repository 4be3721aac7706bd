/**
 * What a purge removes, in words: runs by name, all other rows by number. Node only.
 * @module
 */

import { shortUid } from '../../model/ids';
import { safe } from '../../questions/shown/safe-text';
import { counted } from '../../questions/words';
import type { PurgeResult } from '../../upkeep/purge/purge';
import type { NamedRun } from '../../upkeep/purge/runs';

/** Names of rows by their table: singular, and the plural if it is not regular. */
const WORDS: Readonly<Record<string, readonly [one: string, many?: string]>> = {
  run: ['run'],
  stop: ['stop document'],
  settled: ['settled document'],
  stash: ['stash value'],
  stash_history: ["entry of a stash's history", "entries of stashes' histories"],
  metadata: ['metadata set'],
  metadata_field: ['search entry', 'search entries'],
  run_field: ['search entry of runs', 'search entries of runs'],
  value_field: ['search entry of results', 'search entries of results'],
  execution: ['execution'],
  context: ['metadata context of an execution', 'metadata contexts of executions'],
  blob: ['kept file'],
  environment: ['environment'],
  worker_session: ['worker session'],
  refusal: ['refusal'],
  decision: ['decision on an execution', 'decisions on executions'],
  checkpoint: ['checkpoint'],
  log_line: ['log line'],
  asked_activity: ['activity that no worker recorded', 'activities that no worker recorded'],
  late_report: ['late report'],
  data: ['data document of a run', 'data documents of runs'],
  digest: ['digest of a file', 'digests of files'],
  origins: ['origin of a result', 'origins of results'],
  artifact: ['name of data', 'names of data'],
  member: ['name in a directory', 'names in directories'],
  run_data: ['data reference of a run', 'data references of runs'],
  run_value: ['value reference of a run', 'value references of runs'],
  json_path: ['JSON path'],
  wanted_link: ['pending link'],
  loss: ['loss'],
};

/** `2 runs (scan 12, d59b73c0, report; 7c0a1b2d, train), 1 stash value`. */
export function purgedText(rows: PurgeResult, runs: readonly NamedRun[] = []): string {
  return Object.entries(rows)
    .map(([table, count]) => {
      const [one, many] = WORDS[table] ?? [`row of ${table}`, `rows of ${table}`];
      const names = table === 'run' ? namesOf(runs, count) : '';
      return `${counted(count, one, many)}${names}`;
    })
    .join(', ');
}

function namesOf(runs: readonly NamedRun[], count: number): string {
  if (runs.length === 0) return '';
  const names = runs.map(({ uid, scan_id, activity_type }) => {
    const number = scan_id === null ? '' : `scan ${scan_id}, `;
    return `${number}${shortUid(uid)}, ${safe(activity_type)}`;
  });
  if (count > runs.length) names.push(`${(count - runs.length).toLocaleString('en-US')} more`);
  return ` (${names.join('; ')})`;
}
