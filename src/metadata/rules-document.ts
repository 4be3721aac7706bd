/**
 * A lab's rules as they are kept and shown: required fields, rules of fields, validators by name, schemas with
 * their JSON Schema. [isolate-safe]
 * @module
 */
import type { StandardSchemaV1 } from '@standard-schema/spec';
import type { Json, JsonObject } from '../model/json';
import type { JoinedFieldRules } from './field-rules';
import type { Normalizer, Validator } from './validate';

/** Limit for a schema's text; a longer schema is recorded as `too_large`. */
const MAX_SCHEMA_CHARACTERS = 65_536;

/** A validator, as far as it can be described. */
export interface ValidatorDescription {
  kind: 'schema' | 'function';
  /** For a function: its name, `(anonymous)` without one. For a schema: the vendor of its library. */
  name: string;
  json_schema?: JsonObject;
  /** Why there is no JSON Schema: `not_offered`, `not_representable`, `too_large`. */
  reason?: string;
}

/** A lab's rules as they are kept with a worker's session. */
export interface RulesDocument {
  /** Paths of the required fields. */
  required: string[];
  fields: JoinedFieldRules;
  validators: ValidatorDescription[];
  /** Names of the functions that rewrite metadata first. */
  normalizers: string[];
  /** What a refusal does to the activity: `fail`, `wait` or `record`. */
  on_refusal: string;
}

/** The rules that are described. */
interface DescribedRules {
  required: readonly string[];
  fields: JoinedFieldRules;
  validators: readonly Validator[];
  normalizers: readonly Normalizer[];
  on_refusal: string;
}

/** Describes rules. Never throws: an error of a schema library becomes a reason. */
export function describeRules(rules: DescribedRules): RulesDocument {
  return {
    required: [...rules.required],
    fields: JSON.parse(JSON.stringify(rules.fields)) as JoinedFieldRules,
    validators: rules.validators.map(describeValidator),
    normalizers: rules.normalizers.map((code) => nameOf(code as Validator)),
    on_refusal: rules.on_refusal,
  };
}

/** True if no rule requires or changes anything. */
export function isEmpty({ required, fields, validators, normalizers }: RulesDocument): boolean {
  return required.length + validators.length + normalizers.length + Object.keys(fields).length === 0;
}

function describeValidator(validator: Validator): ValidatorDescription {
  const standard = (validator as Partial<StandardSchemaV1>)['~standard'];
  if (!standard) return { kind: 'function', name: nameOf(validator) };
  return { kind: 'schema', name: String(standard.vendor), ...jsonSchemaOf(standard) };
}

/** Standard JSON Schema, which zod 4.2, arktype and others offer. It does not contain refinements in code. */
function jsonSchemaOf(standard: object): Pick<ValidatorDescription, 'json_schema' | 'reason'> {
  const { jsonSchema } = standard as { jsonSchema?: { input?: (options: object) => unknown } };
  if (typeof jsonSchema?.input !== 'function') return { reason: 'not_offered' };
  try {
    const text = JSON.stringify(jsonSchema.input({ target: 'draft-2020-12' }));
    if (text.length > MAX_SCHEMA_CHARACTERS) return { reason: 'too_large' };
    const schema = JSON.parse(text) as Json;
    if (typeof schema === 'object' && schema !== null && !Array.isArray(schema))
      return { json_schema: schema };
  } catch {
    // Some of its parts have no form in JSON Schema: a transformation, a date.
  }
  return { reason: 'not_representable' };
}

function nameOf(code: Validator): string {
  const { name } = code as { name?: unknown };
  return typeof name === 'string' && name !== '' ? name.slice(0, 200) : '(anonymous)';
}
