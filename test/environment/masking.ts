/**
 * Redaction as a worker gives it to the capture of its environment.
 * @module
 */
import type { Masking } from '../../src/environment/capture';
import { createRedactor } from '../../src/redaction/redactor';

/** A secret that looks like nothing, registered by the lab. */
export const REGISTERED = 'gentle-otter-42';

const redactor = createRedactor({ values: [REGISTERED] });

export const MASKING: Masking = {
  value: (value) => redactor.value(value).value,
  holds: (text) => 'registered' in (redactor.text(text).redactions ?? {}),
};
