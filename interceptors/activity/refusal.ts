/**
 * The failures of activities whose run may not open. A refused run fails with type `MetadataValidationError`,
 * and the details list every issue; the message names only paths, because history keeps messages in plain text.
 * If the store prevents the opening and the lab forbids running without a record, the failure is retryable.
 * Node only.
 * @module
 */
import { ApplicationFailure } from '@temporalio/common';
import { describeRefusal } from '../../src/metadata/issues';
import type { MetadataIssue } from '../../src/model/documents';
import { BLOCKED_TYPE, REFUSAL_TYPE, WAIT_S } from '../../src/model/not-run';

/** `fail`: not retryable. `wait`: Temporal retries until the metadata is there. */
export function refusalFailure(mode: 'fail' | 'wait', issues: readonly MetadataIssue[]): ApplicationFailure {
  const waits = mode === 'wait';
  const refused = describeRefusal(issues);
  return ApplicationFailure.create({
    type: REFUSAL_TYPE,
    message: waits ? refused.replace(/^metadata refused/, 'waiting for metadata') : refused,
    nonRetryable: !waits,
    nextRetryDelay: waits ? `${WAIT_S} seconds` : undefined,
    details: issues.map(({ path, message }) => ({ path, message })),
  });
}

/** Retried by the activity's own retry policy. */
export function blockedFailure(): ApplicationFailure {
  return ApplicationFailure.create({
    type: BLOCKED_TYPE,
    message:
      "the provenance store is unavailable and onStoreFailure is 'block', so the activity's code did not run",
    nonRetryable: false,
  });
}
