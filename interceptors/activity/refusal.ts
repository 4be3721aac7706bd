/**
 * What a run that may not open makes of its activity. A refused one: a failure of type `MetadataValidationError` whose details
 * list every issue; the message names paths only, since history keeps messages in clear. One that the store keeps from
 * opening, where the lab wants that: a failure that is tried again. Node only.
 * @module
 */
import { ApplicationFailure } from '@temporalio/common';
import { describeRefusal } from '../../src/metadata/issues';
import type { MetadataIssue } from '../../src/model/documents';
import { BLOCKED_TYPE, REFUSAL_TYPE, WAIT_S } from '../../src/model/not-run';

/** `fail`: for good. `wait`: tried again by Temporal until the metadata is there. */
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

/** Tried again by the activity's own retry policy. */
export function blockedFailure(): ApplicationFailure {
  return ApplicationFailure.create({
    type: BLOCKED_TYPE,
    message:
      "the provenance store takes no records now, and onStoreFailure is 'block': the activity's code did not run",
    nonRetryable: false,
  });
}
