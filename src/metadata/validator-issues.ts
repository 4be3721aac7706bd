/**
 * Converts a validator's result to issues. Results are thrown errors, lists of issues in the form of Standard
 * Schema (zod's errors have it, too), timeouts, and other thrown values. [isolate-safe]
 * @module
 */
import type { MetadataIssue } from '../model/documents';
import type { Json, JsonObject } from '../model/json';
import { MAX_ISSUES, withoutValues } from './issues';
import type { UserCodeResult } from './user-code';

/**
 * The issues of a result; none if it accepts.
 * @param name the validator's name, for the message
 * @param values the metadata, which messages do not repeat
 * @param schema true if the outcome is a Standard Schema's result
 */
export function issuesOf(
  name: string,
  outcome: UserCodeResult,
  values: JsonObject,
  schema = false,
): MetadataIssue[] {
  try {
    if ('failure' in outcome) {
      if (outcome.failure === 'timeout')
        return [issue(`${name} did not answer within ${outcome.timeout_ms} ms`)];
      return (
        listed(outcome.thrown, values) ?? [issue(`${name} threw: ${thrownText(outcome.thrown, values)}`)]
      );
    }
    if (schema) return resultIssues(name, outcome.value, values);
    return outcome.value === false ? [issue(`${name} returned false`)] : [];
  } catch {
    return [issue(`${name} failed with an unreadable error`)];
  }
}

function issue(message: string): MetadataIssue {
  return { path: [], message };
}

function resultIssues(name: string, result: unknown, values: JsonObject): MetadataIssue[] {
  if (typeof result !== 'object' || result === null) return [issue(`${name} returned no result`)];
  if (!(result as { issues?: unknown }).issues) return [];
  return listed(result, values) ?? [issue(`${name} refused the metadata without a reason`)];
}

/** Reads `{issues: [{message, path}]}`; undefined if there is no such list, or an empty one. */
function listed(holder: unknown, values: JsonObject): MetadataIssue[] | undefined {
  if (typeof holder !== 'object' || holder === null) return undefined;
  const { issues } = holder as { issues?: unknown };
  if (!Array.isArray(issues) || issues.length === 0) return undefined;
  const read: MetadataIssue[] = issues.slice(0, MAX_ISSUES).map((entry) => readIssue(entry, values));
  if (issues.length > MAX_ISSUES)
    read.push(issue(`has ${issues.length - MAX_ISSUES} more issues, not listed`));
  return read;
}

function readIssue(entry: unknown, values: JsonObject): MetadataIssue {
  const { message, path } = (typeof entry === 'object' && entry !== null ? entry : {}) as {
    message?: unknown;
    path?: unknown;
  };
  const keys = Array.isArray(path) ? path.slice(0, 64).map(readKey) : [];
  const said = typeof message === 'string' && message !== '' ? message : 'is not accepted';
  return { path: keys, message: withoutValues(said, [valueAt(values, keys)]) };
}

/** A key of a path: the key itself, or `{key}`, which Standard Schema also allows. */
function readKey(part: unknown): string | number {
  const key = typeof part === 'object' && part !== null ? (part as { key?: unknown }).key : part;
  return typeof key === 'number' ? key : String(key).slice(0, 256);
}

function valueAt(values: JsonObject, path: (string | number)[]): Json {
  let value: Json | undefined = values;
  for (const key of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return null;
    value = (value as JsonObject)[key];
  }
  return value ?? null;
}

function thrownText(thrown: unknown, values: JsonObject): string {
  if (typeof thrown === 'string') return withoutValues(thrown, [values]) || 'an empty string';
  if (typeof thrown !== 'object' || thrown === null) return `${typeof thrown} instead of an error`;
  const { message } = thrown as { message?: unknown };
  if (typeof message !== 'string' || message === '') return 'something without a message';
  return withoutValues(message, [values]);
}
