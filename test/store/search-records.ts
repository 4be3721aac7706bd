/**
 * Runs with something of everything that a filter can ask, the same for both stores.
 * @module
 */
import type { StopDocument, TemporalStart } from '../../src/model/documents';
import type { Json, JsonObject } from '../../src/model/json';
import type { WriteRecord } from '../../src/store/interface/written';
import { VALUES } from './filter-arbitraries';
import { parentOf } from './filter-reference';
import { opening, stopping, uidOf } from './runs';

/** A small generator, so that every run of the tests sees the same data. */
export function dice(seed: number): (sides: number) => number {
  let state = seed;
  return (sides) => {
    state = (state * 1_103_515_245 + 12_345) & 0x7fffffff;
    return (state >> 8) % sides;
  };
}

/** Metadata of the n-th run: repeating sets, a key that differs in every run, odd names, arrays, nulls, a huge one. */
function fieldsOf(n: number, roll: (sides: number) => number): JsonObject {
  const any = (): Json => VALUES[roll(VALUES.length)]!;
  const fields: JsonObject = { plan_name: 'scan' };
  if (roll(3) > 0) fields.operator = any();
  if (roll(2) > 0) fields.sample = roll(2) > 0 ? { name: any(), mass: any(), none: null } : any();
  if (roll(3) > 0) fields.tags = roll(4) === 0 ? [] : [any(), any(), { name: any() }];
  if (roll(5) > 0) fields.dose = n + roll(7) / 8;
  if (roll(4) === 0) fields.note = roll(2) > 0 ? null : `${'long '.repeat(60)}${roll(3)}`;
  if (roll(6) === 0) fields['first name'] = any();
  if (roll(6) === 0) fields.order = any();
  if (roll(6) === 0) fields["quo'te`"] = any();
  if (n % 97 === 0) fields.huge = Object.fromEntries(Array.from({ length: 700 }, (_, i) => [`key${i}`, i]));
  return fields;
}

function placeOf(roll: (sides: number) => number): Partial<TemporalStart> {
  const workflow = roll(8) > 0;
  const build_id = roll(3) > 0 ? `build-${roll(3)}` : undefined;
  return {
    ...(workflow ? {} : { workflow_id: undefined, run_id: undefined, workflow_type: undefined }),
    activity_id: String(roll(40)),
    activity_type: ['acquire', 'reduce', 'train'][roll(3)]!,
    attempt: 1 + roll(3),
    is_local: roll(3) === 0,
    scheduled_time: roll(12),
    worker: { host: 'machine', identity: 'worker@machine', ...(build_id !== undefined && { build_id }) },
  };
}

function endOf(roll: (sides: number) => number): Partial<StopDocument> & { time: number } {
  const exit_status = (['success', 'success', 'fail', 'abort'] as const)[roll(4)]!;
  const error = { type: ['Error', 'MotorError', 'Timeout'][roll(3)]!, message: `axis ${roll(4)}` };
  const time = roll(12);
  if (exit_status === 'fail') return { time, exit_status, temporal: { error } };
  return { time, exit_status, ...(roll(6) === 0 && { temporal: { completes_async: true } }) };
}

/** The n-th run with its end and its outcome, where it has them. */
export function recordsOf(n: number, roll: (sides: number) => number): WriteRecord[] {
  const records: WriteRecord[] = [
    opening({
      n,
      time: roll(12) + roll(4) / 4,
      lab: roll(3) > 0 ? 'default' : 'hall-2',
      numbered: roll(5) > 0,
      session: roll(4) > 0 ? `session-${roll(4)}` : undefined,
      fields: fieldsOf(n, roll),
      temporal: placeOf(roll),
    }),
  ];
  if (roll(4) > 0) records.push(stopping(n, endOf(roll)));
  if (roll(3) > 0) {
    const outcome = (['completed', 'failed', 'lost', 'superseded'] as const)[roll(4)]!;
    records.push({
      kind: 'settled',
      document: { schema_version: 1, run_start: uidOf(n), time: 5, outcome, evidence: {} },
    });
  }
  return records;
}

/** The executions of these runs: each but the first is the child of another. */
export function executionRecords(): WriteRecord[] {
  const address = (n: number) => ({
    namespace: 'default',
    workflow_id: `w-${n}`,
    run_id: `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`,
  });
  return Array.from({ length: 7 }, (_, n): WriteRecord => {
    const parent = parentOf(n);
    return {
      kind: 'execution',
      start: {
        schema_version: 1,
        ...address(n),
        workflow_type: 'pipeline',
        start_time: n,
        task_queue: 'measurements',
        first_execution_run_id: address(n).run_id,
        attempt: 1,
        ...(parent !== undefined && { parent: address(parent) }),
        origin: 'sandbox',
      },
    };
  });
}
