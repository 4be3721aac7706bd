/**
 * Records of made-up runs for tests of stores and of what reads them.
 * @module
 */

import type { SourceName, StopDocument, TemporalStart } from '../../src/model/documents';
import type { JsonObject } from '../../src/model/json';
import type { OpenRecord, StopRecord } from '../../src/store/interface/written';

export interface RunSketch {
  /** Counts runs; becomes part of the uid. */
  n: number;
  time?: number;
  lab?: string;
  scan_id?: number;
  numbered?: boolean;
  fields?: JsonObject;
  sources?: { [field: string]: SourceName };
  shadowed?: JsonObject;
  temporal?: Partial<TemporalStart>;
  provenance?: JsonObject;
  environment?: string;
  session?: string;
  retry_of?: string;
}

/** uid of the n-th run. */
export function uidOf(n: number): string {
  const hex = n.toString(16).padStart(8, '0');
  return `019a0000-0000-7000-8000-${(n * 7919).toString(16).padStart(4, '0').slice(-4)}${hex}`;
}

/** A record that opens a run. */
export function opening(sketch: RunSketch): OpenRecord {
  const { n, fields = {}, lab = 'default' } = sketch;
  const time = sketch.time ?? 1_790_000_000 + n;
  const temporal: TemporalStart = {
    namespace: 'default',
    workflow_id: `w-${n % 7}`,
    run_id: `00000000-0000-4000-8000-${String(n % 7).padStart(12, '0')}`,
    workflow_type: 'pipeline',
    activity_id: String(n),
    activity_type: 'acquire',
    args: [],
    options: {},
    attempt: 1,
    is_local: false,
    task_queue: 'measurements',
    scheduled_time: time,
    worker: { host: 'machine', identity: 'worker@machine' },
    ...sketch.temporal,
  };
  const sources = sketch.sources ?? Object.fromEntries(Object.keys(fields).map((key) => [key, 'user']));
  const metadata = { fields, sources, ...(sketch.shadowed ? { shadowed: sketch.shadowed } : {}) };
  const provenance = {
    schema_version: 1,
    lab,
    ...(sketch.environment ? { environment: sketch.environment } : {}),
    ...(sketch.session ? { session: sketch.session } : {}),
    ...sketch.provenance,
  };
  return {
    kind: 'open',
    uid: uidOf(n),
    time,
    lab,
    scan_id: sketch.scan_id,
    numbered: sketch.numbered ?? true,
    stash_version: null,
    metadata: JSON.stringify(metadata),
    facts: JSON.stringify({ temporal, provenance }),
    namespace: temporal.namespace,
    workflow_id: temporal.workflow_id ?? null,
    run_id: temporal.run_id ?? null,
    workflow_type: temporal.workflow_type ?? null,
    activity_id: temporal.activity_id,
    activity_type: temporal.activity_type,
    attempt: temporal.attempt,
    is_local: temporal.is_local,
    task_queue: temporal.task_queue,
    scheduled_time: temporal.scheduled_time,
    environment_id: sketch.environment ?? null,
    session_id: sketch.session ?? null,
    retry_of: sketch.retry_of ?? null,
    share_scan_id: false,
    ...(temporal.activity_run_id && { activity_run_id: temporal.activity_run_id }),
  };
}

/** A record that ends the n-th run. */
export function stopping(n: number, document: Partial<StopDocument> & { time: number }): StopRecord {
  const stop: StopDocument = {
    schema_version: 1,
    uid: uidOf(n + 0x1000_0000),
    run_start: uidOf(n),
    exit_status: 'success',
    ...document,
  };
  return {
    kind: 'stop',
    uid: stop.uid,
    run_start: stop.run_start,
    time: stop.time,
    exit_status: stop.exit_status,
    document: JSON.stringify(stop),
  };
}
