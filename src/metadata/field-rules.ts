/**
 * Rules for fields without code: types, enums, patterns and bounds, with the names of JSON Schema. A missing
 * field breaks no rule; use `required` to demand it. [isolate-safe]
 * @module
 */
import { ProvenanceError } from '../errors';
import type { MetadataIssue } from '../model/documents';
import type { Json, JsonObject } from '../model/json';
import { keysOf, pathFault, valueAt } from './paths';

/** The types that a rule may require, with JSON Schema's names. */
export const FIELD_TYPES = ['string', 'number', 'integer', 'boolean', 'array', 'object'] as const;
type FieldType = (typeof FIELD_TYPES)[number];

/**
 * A rule for one field. Names and meaning are JSON Schema's. A rule with `pattern`, `minimum` or `items`
 * requires a text, number or array respectively, unless `type` names others.
 */
export interface FieldRule {
  /** The type of the value, or a list of allowed types. */
  type?: FieldType | FieldType[];
  /** The value must be one of these. */
  enum?: Json[];
  /** A regular expression that must match a part of the text; use `^…$` for all of it. */
  pattern?: string;
  /** Length of a text in code points. */
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  exclusiveMaximum?: number;
  /** Number of elements of an array. */
  minItems?: number;
  maxItems?: number;
  /** Rule for each element of an array. */
  items?: Omit<FieldRule, 'items'>;
  /** A text for people, shown by `rules`. */
  description?: string;
}

/** Rules by path: `operator`, `sample.name`. */
export interface FieldRules {
  [path: string]: FieldRule;
}

/** Rules by path. If two sets name the same path, both apply. */
export interface JoinedFieldRules {
  [path: string]: FieldRule | { allOf: FieldRule[] };
}

/** Joins the rules of all sets. */
export function joinedFieldRules(sets: readonly FieldRules[]): JoinedFieldRules {
  const joined: JoinedFieldRules = {};
  for (const path of new Set(sets.flatMap((set) => Object.keys(set)))) {
    const rules = sets.flatMap((set) => (Object.hasOwn(set, path) ? [set[path]!] : []));
    joined[path] = rules.length === 1 ? rules[0]! : { allOf: rules };
  }
  return joined;
}

type Report = (message: string, path?: (string | number)[]) => void;
type Check = (value: Json, report: Report) => void;

const LONGEST_SHOWN = 200;

/**
 * Compiles rules of fields into one check of a document.
 * @throws ProvenanceError `OPTION_INVALID` with the path and the fault of its rule
 */
export function compileFieldRules(rules: JoinedFieldRules): (fields: JsonObject) => MetadataIssue[] {
  const checks = Object.entries(rules).flatMap(([path, joined]) =>
    ('allOf' in joined ? joined.allOf : [joined]).map((rule) => {
      const fault = pathFault(path) ?? ruleFault(rule);
      if (fault) throw new ProvenanceError('OPTION_INVALID', `fields: the rule of ${path}: ${fault}`);
      return { keys: keysOf(path), check: compiled(rule) };
    }),
  );
  return (fields) => {
    const issues: MetadataIssue[] = [];
    for (const { keys, check } of checks) {
      const value = valueAt(fields, keys);
      if (value === undefined) continue;
      check(value, (message, below = []) => issues.push({ path: [...keys, ...below], message }));
    }
    return issues;
  };
}

/** The fault of a rule whose keys and types are correct; undefined if there is none. */
export function ruleFault(rule: FieldRule): string | undefined {
  const { pattern, items, enum: values } = rule;
  if (pattern !== undefined && !expressionOf(pattern))
    return `pattern: ${shown(pattern)} is not a valid regular expression`;
  for (const [least, most] of BOUNDS) {
    const [low, high] = [rule[least], rule[most]];
    if (low !== undefined && high !== undefined && low > high)
      return `${least} ${low} is above ${most} ${high}`;
  }
  if (values && !values.some((value) => passes(compiled({ ...rule, enum: undefined }), value)))
    return 'enum: the rest of the rule excludes all of its values';
  const below = items && ruleFault(items);
  return below && `items: ${below}`;
}

const BOUNDS = [
  ['minLength', 'maxLength'],
  ['minimum', 'maximum'],
  ['minItems', 'maxItems'],
] as const;

function passes(check: Check, value: Json): boolean {
  let passed = true;
  check(value, () => {
    passed = false;
  });
  return passed;
}

function compiled(rule: FieldRule): Check {
  const types = typesOf(rule);
  const parts = [textCheck(rule), numberCheck(rule), arrayCheck(rule), enumCheck(rule)].filter(
    (part) => part !== undefined,
  );
  return (value, report) => {
    if (types && !types.some((type) => hasType(value, type)))
      report(`must be ${types.map(named).join(' or ')}`);
    else for (const part of parts) part(value, report);
  };
}

/** The types that a rule names. If it names none, those that its other keys imply. */
function typesOf(rule: FieldRule): readonly FieldType[] | undefined {
  if (rule.type !== undefined) return [rule.type].flat();
  const speaksOf = (...names: (keyof FieldRule)[]) => names.some((name) => rule[name] !== undefined);
  const types: FieldType[] = [];
  if (speaksOf('pattern', 'minLength', 'maxLength')) types.push('string');
  if (speaksOf('minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum')) types.push('number');
  if (speaksOf('minItems', 'maxItems', 'items')) types.push('array');
  return types.length > 0 ? types : undefined;
}

function hasType(value: Json, type: FieldType): boolean {
  if (type === 'array') return Array.isArray(value);
  if (type === 'integer') return Number.isInteger(value);
  if (type === 'object') return typeof value === 'object' && value !== null && !Array.isArray(value);
  const known: string = typeof value;
  return known === type;
}

function named(type: FieldType): string {
  return /^[aio]/.test(type) ? `an ${type}` : `a ${type}`;
}

function textCheck({ pattern, minLength, maxLength }: FieldRule): Check | undefined {
  if (pattern === undefined && minLength === undefined && maxLength === undefined) return undefined;
  const expression = pattern === undefined ? undefined : expressionOf(pattern);
  return (value, report) => {
    if (typeof value !== 'string') return;
    const length = [...value].length;
    if (expression && !expression.test(value)) report(`must match ${shown(pattern!)}`);
    if (minLength !== undefined && length < minLength) report(`must have at least ${minLength} characters`);
    if (maxLength !== undefined && length > maxLength) report(`must have at most ${maxLength} characters`);
  };
}

function numberCheck({ minimum, maximum, exclusiveMinimum, exclusiveMaximum }: FieldRule): Check | undefined {
  if ([minimum, maximum, exclusiveMinimum, exclusiveMaximum].every((bound) => bound === undefined))
    return undefined;
  return (value, report) => {
    if (typeof value !== 'number') return;
    if (minimum !== undefined && value < minimum) report(`must be at least ${minimum}`);
    if (maximum !== undefined && value > maximum) report(`must be at most ${maximum}`);
    if (exclusiveMinimum !== undefined && value <= exclusiveMinimum)
      report(`must be more than ${exclusiveMinimum}`);
    if (exclusiveMaximum !== undefined && value >= exclusiveMaximum)
      report(`must be less than ${exclusiveMaximum}`);
  };
}

function arrayCheck({ minItems, maxItems, items }: FieldRule): Check | undefined {
  if (minItems === undefined && maxItems === undefined && items === undefined) return undefined;
  const each = items && compiled(items);
  return (value, report) => {
    if (!Array.isArray(value)) return;
    if (minItems !== undefined && value.length < minItems) report(`must have at least ${minItems} elements`);
    if (maxItems !== undefined && value.length > maxItems) report(`must have at most ${maxItems} elements`);
    if (!each) return;
    for (const [index, item] of value.entries())
      each(item, (message, below = []) => report(message, [index, ...below]));
  };
}

function enumCheck({ enum: values }: FieldRule): Check | undefined {
  if (values === undefined) return undefined;
  const known = new Set(values.map(contentOf));
  const list = shown(values.map((value) => JSON.stringify(value)).join(', '));
  return (value, report) => {
    if (!known.has(contentOf(value))) report(`must be one of ${list}`);
  };
}

/** Equal for equal values, whatever the order of their keys. */
function contentOf(value: Json): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}

/**
 * Matches by code points, as JSON Schema does. An expression that is valid only without the `u` flag is
 * compiled without it.
 */
function expressionOf(pattern: string): RegExp | undefined {
  for (const flags of ['u', '']) {
    try {
      return new RegExp(pattern, flags);
    } catch {
      // Tries the other flags.
    }
  }
  return undefined;
}

function shown(text: string): string {
  return text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}…` : text;
}
