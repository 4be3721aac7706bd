/** Checks that the measured worker did all its work: reads its store, and throws if something is missing. */
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const require = createRequire(import.meta.url);

/**
 * @throws Error if the store does not hold `runs` runs, or if they lack the results of merging, rules,
 *   redaction, sandbox module or sinks
 */
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
