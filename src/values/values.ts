/**
 * Records what activities were given, gave and threw: any value becomes JSON, bounded in time and size, masked, with
 * whatever is not JSON marked `{"$js": …}`. Nothing here throws. Node.
 *
 * JSON text made of what is returned is well-formed: NUL and lone surrogates stand in it as `\\u` escapes.
 * @module
 */
export { recordError } from './errors';
export { recordValue, recordValues } from './fit';
export { DEFAULT_VALUE_LIMITS, type ValueLimits } from './limits';
