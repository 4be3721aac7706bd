/**
 * Records what activities were given, gave and threw: any value becomes JSON, bounded in time and size, masked, with
 * whatever is not JSON marked `{"$js": …}`. Nothing here throws. Node.
 *
 * JSON text made of what is returned is well-formed: NUL and lone surrogates stand in it as `\\u` escapes.
 *
 * This folder owns how arguments, results and errors become bounded JSON, or a digest where a lab encrypts. Interceptors
 * and settlement use it.
 * @module
 */
export { recordError } from './errors';
export { recordValue, recordValues } from './fit';
export { DEFAULT_VALUE_LIMITS, type ValueLimits } from './limits';
