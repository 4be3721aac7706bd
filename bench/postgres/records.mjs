/** Runs as a lab's workers open them: some keys repeat, one differs in each run, about 2 KB of facts. */
import { randomBytes } from 'node:crypto';

const ARGUMENT = 'x'.repeat(1200);

function uid() {
  const time = Date.now().toString(16).padStart(12, '0');
  const tail = randomBytes(10).toString('hex');
  return `${time.slice(0, 8)}-${time.slice(8)}-7${tail.slice(0, 3)}-8${tail.slice(3, 6)}-${tail.slice(6, 18)}`;
}

/** Opens run `n` of a writer. */
export function opening(writer, n) {
  const time = Date.now() / 1000;
  const fields = {
    plan_name: 'scan',
    operator: 'Ada',
    sample: { name: `S${(n >> 6) % 20}` },
    detector: 'pilatus',
    exposure_s: (n >> 5) % 10,
    dose: n + writer / 100,
  };
  const sources = Object.fromEntries(Object.keys(fields).map((key) => [key, 'plan']));
  const temporal = {
    namespace: 'default',
    workflow_id: `bench-${writer}-${n >> 3}`,
    run_id: `${writer}-${n >> 3}-4000-8000-000000000000`,
    workflow_type: 'pipeline',
    activity_id: String(n & 7),
    activity_type: 'acquire',
    args: [ARGUMENT],
    options: { start_to_close_timeout_ms: 60000 },
    attempt: 1,
    is_local: false,
    task_queue: 'measurements',
    scheduled_time: time,
    worker: { host: 'machine', identity: `${writer}@machine` },
  };
  return {
    kind: 'open',
    uid: uid(),
    time,
    lab: 'default',
    numbered: true,
    share_scan_id: false,
    stash_version: 0,
    metadata: JSON.stringify({ fields, sources }),
    facts: JSON.stringify({ temporal, provenance: { schema_version: 1, lab: 'default' } }),
    ...temporal,
    environment_id: null,
    session_id: null,
    retry_of: null,
  };
}

/** Ends a run. */
export function stopping(open) {
  const stop = { uid: uid(), run_start: open.uid, time: open.time + 1, exit_status: 'success' };
  return { kind: 'stop', ...stop, document: JSON.stringify({ ...stop, resources: { duration_ms: 1000 } }) };
}
