/**
 * What a refused run makes of its activity: a failure of type `MetadataValidationError` whose details list every issue.
 * The message names paths only, since history keeps messages in clear. Node only.
 * @module
 */
import { ApplicationFailure } from '@temporalio/common';
import { describeRefusal } from '../src/metadata/issues';
import type { MetadataIssue } from '../src/model/documents';

/** Type of the failure. */
export const REFUSAL_TYPE = 'MetadataValidationError';

/** How long a waiting activity waits before it asks again. */
const WAIT = '30 seconds';

/** `fail`: for good. `wait`: tried again by Temporal until the metadata is there. */
export function refusalFailure(mode: 'fail' | 'wait', issues: readonly MetadataIssue[]): ApplicationFailure {
  const waits = mode === 'wait';
  const refused = describeRefusal(issues);
  return ApplicationFailure.create({
    type: REFUSAL_TYPE,
    message: waits ? refused.replace(/^metadata refused/, 'waiting for metadata') : refused,
    nonRetryable: !waits,
    nextRetryDelay: waits ? WAIT : undefined,
    details: issues.map(({ path, message }) => ({ path, message })),
  });
}
