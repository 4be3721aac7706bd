/**
 * Records what activities received, returned and threw. Any value becomes JSON, bounded in time and size,
 * masked, with everything that is not JSON marked `{"$js": …}`. Nothing here throws. Node.
 *
 * JSON text of a returned value is well-formed: NUL and lone surrogates are `\\u` escapes.
 *
 * This folder owns how arguments, results and errors become bounded JSON, or a digest if a lab encrypts.
 * Interceptors and settlement use it.
 * @module
 */
export { recordError } from './errors';
export { recordValue, recordValues } from './fit';
export { DEFAULT_VALUE_LIMITS, type ValueLimits } from './limits';
