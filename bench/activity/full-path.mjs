/**
 * That the worker which was measured did all that it is said to: its store is read, and a benchmark of less is an error.
 */
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const require = createRequire(import.meta.url);

/** @throws Error when `runs` runs are not there, or lack what merging, rules, redaction, sandbox module and sinks give them. */
export async function assertFullPath(folder, runs) {
  const { openStore } = require('../../dist/src/store/open.js');
  const store = await openStore(`sqlite:${join(folder, 'provenance.db')}`, { mode: 'read' });
  try {
    const [last] = await store.runs({ limit: 1 });
    assert.equal(last.start.scan_id, runs, 'every activity left a numbered run');
    const { sources, issues } = last.start.provenance;
    assert.deepEqual(
      [sources.operator, sources.phase, sources.plan_name, sources.beamline],
      ['user', 'plan', 'inferred', 'stash'],
      'metadata of all four sources is merged',
    );
    assert.equal(issues, undefined, 'the rules were asked, and found nothing');
    assert.equal(last.start.temporal.args[0].password, '[redacted]', 'arguments are redacted');
    assert.equal(last.stop.exit_status, 'success');
    const [execution] = await store.executions({ limit: 1 });
    assert.equal(execution.start.origin, 'sandbox', 'the sandbox module reported the execution');
    assert.equal(execution.observed?.status, 'completed', 'and its end');
  } finally {
    await store.close();
  }
}
