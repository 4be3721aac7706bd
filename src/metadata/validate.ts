/**
 * Applies the lab's rules for metadata: required fields, normalisers, validators. They run immediately before a
 * run opens, on copies of what will be recorded. Validators can only refuse. If user code throws, hangs or
 * returns an invalid value, this becomes an issue, never an exception. [isolate-safe]
 * @module
 */

import type { StandardSchemaV1 } from '@standard-schema/spec';
import { ProvenanceError } from '../errors';
import type { MetadataIssue } from '../model/documents';
import type { Json, JsonObject } from '../model/json';
import { OPENING } from '../model/limits';
import { compileFieldRules, type JoinedFieldRules } from './field-rules';
import { checkMetadata } from './fields';
import { copyJson, setOwn } from './json';
import type { MergedMetadata } from './merge';
import { keysOf, pathFault, valueAt } from './paths';
import { isThenable, runUserCode, type UserCodeResult } from './user-code';
import { issuesOf } from './validator-issues';

/**
 * Accepts or refuses a run's metadata: a Standard Schema (zod, valibot, arktype, …), or a function that throws
 * or returns `false` to refuse. Any other return value of a function, and the output of a schema, is ignored.
 * May be asynchronous.
 */
export type Validator = StandardSchemaV1 | ((metadata: JsonObject) => unknown);

/**
 * Rewrites a copy of the merged metadata: returns a new object, or changes its argument and returns nothing.
 * May be asynchronous.
 */
export type Normalizer = (metadata: JsonObject) => Normalized | Promise<Normalized>;

// biome-ignore lint/suspicious/noConfusingVoidType: a function that returns nothing has this type
type Normalized = JsonObject | undefined | void;

/** A lab's rules. */
export interface MetadataRulesOptions {
  /**
   * Fields that must be present, or paths such as `sample.name`. An empty string, object or array counts as
   * missing.
   */
  required?: readonly string[];
  /** Types, enums, patterns and bounds of fields, by path. */
  fields?: JoinedFieldRules;
  validators?: readonly Validator[];
  /** If there are several, they run one after the other. */
  normalizer?: Normalizer | readonly Normalizer[];
  /** Time limit for an asynchronous normaliser or validator, in milliseconds. @defaultValue 1000 */
  validatorTimeoutMs?: number;
}

/** The result of the rules for one run's metadata. */
export interface Judgement {
  /** The metadata to record: the normaliser's output, or the argument itself if nothing changed it. */
  merged: MergedMetadata;
  /** If this is empty, the run may open. */
  issues: MetadataIssue[];
}

/** Compiled rules. */
export interface MetadataRules {
  /** True if there is no rule: then `apply` returns its argument. */
  readonly empty: boolean;
  /** Never throws and never rejects. Returns a promise only if a rule is asynchronous. */
  apply(merged: MergedMetadata): Judgement | Promise<Judgement>;
}

/**
 * Compiles a lab's rules.
 * @throws ProvenanceError `OPTION_INVALID` if one of them is not a rule
 */
export function compileRules(options: MetadataRulesOptions = {}): MetadataRules {
  const {
    required = [],
    fields = {},
    validators = [],
    normalizer = [],
    validatorTimeoutMs = OPENING.rules_ms,
  } = options;
  const normalizers = [normalizer].flat() as Normalizer[];
  checkOptions(required, validators, normalizers, validatorTimeoutMs);
  const plain = [missingFields(required), compileFieldRules(fields)];
  const judge = (merged: MergedMetadata) => validate(merged, plain, validators, validatorTimeoutMs);
  const count = required.length + validators.length + normalizers.length + Object.keys(fields).length;
  return { empty: count === 0, apply: normalizers.reduceRight(normalizing(validatorTimeoutMs), judge) };
}

type Judge = MetadataRules['apply'];

/** Normalisers run before the rules that judge their output. */
const normalizing =
  (timeout_ms: number) =>
  (next: Judge, normalizer: Normalizer): Judge => {
    return (merged) => {
      const copy = copyJson(merged.fields);
      const outcome = runUserCode(() => normalizer(copy), timeout_ms);
      return isThenable(outcome)
        ? outcome.then((result) => adopt(merged, copy, result, next))
        : adopt(merged, copy, outcome, next);
    };
  };

function checkOptions(
  required: readonly string[],
  validators: readonly Validator[],
  normalizers: readonly Normalizer[],
  timeout_ms: number,
): void {
  if (!Array.isArray(required)) fail('required must be an array of field names');
  for (const field of required) {
    const fault = pathFault(field);
    if (fault) fail(`required: ${fault}`);
  }
  if (!Array.isArray(validators)) fail('validators must be an array');
  for (const [index, validator] of validators.entries()) {
    if (!isStandardSchema(validator) && typeof validator !== 'function') {
      fail(`validators[${index}] must be a function or a Standard Schema (zod 4, valibot, arktype, …)`);
    }
  }
  if (!normalizers.every((one) => typeof one === 'function')) fail('normalizer must be a function');
  if (!(timeout_ms > 0 && timeout_ms <= 60_000)) fail('validatorTimeoutMs must be from 1 to 60000');
}

function fail(message: string): never {
  throw new ProvenanceError('OPTION_INVALID', message);
}

function isStandardSchema(validator: unknown): validator is StandardSchemaV1 {
  const standard = (validator as { '~standard'?: { validate?: unknown } } | null | undefined)?.['~standard'];
  return typeof standard?.validate === 'function';
}

/** Takes the normaliser's output if it may be recorded. Otherwise validators do not see it. */
function adopt(
  merged: MergedMetadata,
  copy: JsonObject,
  outcome: UserCodeResult,
  judge: Judge,
): Judgement | Promise<Judgement> {
  if ('failure' in outcome) return { merged, issues: issuesOf('normalizer', outcome, knownValues(merged)) };
  const fields = outcome.value === undefined ? copy : outcome.value;
  if (typeof fields !== 'object' || fields === null || Array.isArray(fields)) {
    return { merged, issues: [{ path: [], message: 'normalizer must return an object, or nothing' }] };
  }
  const issues = checkMetadata(fields);
  if (issues.length > 0) return { merged, issues };
  return judge(withOrigins(merged, copyJson(fields as JsonObject)));
}

/**
 * Sources after normalising: a field keeps its source, and a new one is `inferred`. A removed field loses its
 * overridden values, too, so that a normaliser can keep a field out of the record completely.
 */
function withOrigins(merged: MergedMetadata, fields: JsonObject): MergedMetadata {
  const result: MergedMetadata = { fields, sources: {} };
  for (const key of Object.keys(fields)) {
    // See docs/design/metadata.md#why.
    setOwn(result.sources, key, Object.hasOwn(merged.sources, key) ? merged.sources[key]! : 'inferred');
    if (merged.shadowed === undefined || !Object.hasOwn(merged.shadowed, key)) continue;
    result.shadowed ??= {};
    setOwn(result.shadowed, key, merged.shadowed[key]!);
  }
  return result;
}

type PlainRule = (fields: JsonObject) => MetadataIssue[];

function validate(
  merged: MergedMetadata,
  plain: readonly PlainRule[],
  validators: readonly Validator[],
  timeout_ms: number,
): Judgement | Promise<Judgement> {
  const found = plain.flatMap((rule) => rule(merged.fields));
  if (validators.length === 0) return { merged, issues: found };
  const results = validators.map((validator) => refusals(validator, merged, timeout_ms));
  const judgement = (issues: MetadataIssue[][]): Judgement => ({ merged, issues: [found, ...issues].flat() });
  return results.some(isThenable)
    ? Promise.all(results).then(judgement)
    : judgement(results as MetadataIssue[][]);
}

/** Reports required fields that are missing. */
export function missingFields(required: readonly string[]): PlainRule {
  const paths = required.map(keysOf);
  return (fields) =>
    paths.flatMap((path) => {
      const value = valueAt(fields, path);
      if (value === undefined) return [{ path: [...path], message: 'is required' }];
      return isBlank(value) ? [{ path: [...path], message: 'is required, and empty' }] : [];
    });
}

/** Present but empty. 0 and `false` do not count as empty. */
function isBlank(value: Json): boolean {
  if (typeof value === 'string') return value.trim() === '';
  return typeof value === 'object' && (value === null || Object.keys(value).length === 0);
}

function refusals(
  validator: Validator,
  merged: MergedMetadata,
  timeout_ms: number,
): MetadataIssue[] | Promise<MetadataIssue[]> {
  const copy = copyJson(merged.fields);
  // What it returns is ignored, apart from a refusal: docs/decisions/0005.
  const schema = isStandardSchema(validator);
  const outcome = runUserCode(
    () => (schema ? validator['~standard'].validate(copy) : validator(copy)),
    timeout_ms,
  );
  const name = schema
    ? `schema (${String(validator['~standard'].vendor)})`
    : `validator ${validator.name || '(anonymous)'}`;
  const judge = (result: UserCodeResult) => issuesOf(name, result, knownValues(merged), schema);
  return isThenable(outcome) ? outcome.then(judge) : judge(outcome);
}

/** The values that a validator's message must not repeat: all except those that the plugin inferred. */
function knownValues(merged: MergedMetadata): JsonObject {
  const values: JsonObject = {};
  for (const key of Object.keys(merged.fields)) {
    if (merged.sources[key] !== 'inferred') setOwn(values, key, merged.fields[key]!);
  }
  return values;
}
