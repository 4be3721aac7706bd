/**
 * A lab's rules in words, field by field. Node only.
 * @module
 */
import type { FieldRule, JoinedFieldRules } from '../metadata/field-rules';
import type { RulesDocument, ValidatorDescription } from '../metadata/rules-document';
import type { Json, JsonObject } from '../model/json';
import { safe } from './shown/safe-text';

/** The requirements for one field. */
export interface FieldWords {
  field: string;
  rule: string;
}

/** The requirements of a validator: for single fields, if it describes them, and its name. */
export interface ValidatorWords {
  words: string;
  fields: FieldWords[];
}

/** A lab's rules in words. */
export interface RulesWords {
  fields: FieldWords[];
  /** The functions that may rewrite the metadata first. */
  before: string[];
  validators: ValidatorWords[];
  /** The consequence for a run that breaks a rule: a sentence. */
  on_refusal: string;
}

/** The words of a lab's rules. */
export function rulesWords(document: RulesDocument): RulesWords {
  return {
    fields: fieldRows(document),
    before: document.normalizers.map((name) => `Before: ${safe(name)} may rewrite the metadata.`),
    validators: document.validators.map(validatorWords),
    on_refusal: `A run that breaks a rule ${ON_REFUSAL[document.on_refusal] ?? document.on_refusal}.`,
  };
}

const ON_REFUSAL: Readonly<Record<string, string>> = {
  fail: 'is refused, and its activity fails',
  wait: 'is refused, and its activity is retried in 30 s',
  record: 'is accepted and its issues are recorded (onRefusal: record)',
};

function fieldRows({ required, fields }: RulesDocument): FieldWords[] {
  const paths = [...new Set([...required, ...Object.keys(fields)])];
  return paths.map((field) => ({
    field,
    rule: [required.includes(field) ? 'required' : '', ...rulesOf(fields, field).flatMap(wordsOf)]
      .filter(Boolean)
      .join(', '),
  }));
}

function rulesOf(fields: JoinedFieldRules, path: string): FieldRule[] {
  const rule = Object.hasOwn(fields, path) ? fields[path]! : {};
  return 'allOf' in rule ? rule.allOf : [rule];
}

function wordsOf({ type, enum: values, items, description, ...rest }: FieldRule): string[] {
  const plain = Object.entries(rest).map(([name, bound]) => `${name} ${bound}`);
  return [
    ...(type === undefined ? [] : [[type].flat().join(' or ')]),
    ...(values ? [`one of ${values.map((value) => JSON.stringify(value)).join(', ')}`] : []),
    ...plain,
    ...(items ? [`each: ${wordsOf(items).join(', ')}`] : []),
    ...(description === undefined ? [] : [`(${description})`]),
  ];
}

function validatorWords({ kind, name, json_schema, reason }: ValidatorDescription): ValidatorWords {
  if (kind === 'function')
    return {
      words: `Validator ${safe(name)}: a function; its code is in the environment of the runs.`,
      fields: [],
    };
  if (!json_schema) return { words: `Schema (${safe(name)}): no JSON Schema (${reason}).`, fields: [] };
  return { words: `Schema (${safe(name)}):`, fields: schemaRows(json_schema, '') };
}

/** The fields of a JSON Schema, with nested ones by path. */
function schemaRows(schema: JsonObject, before: string): FieldWords[] {
  const { properties, required } = schema as { properties?: { [key: string]: Json }; required?: string[] };
  if (!properties)
    return [{ field: before === '' ? '(document)' : before.slice(0, -1), rule: JSON.stringify(schema) }];
  return Object.entries(properties).flatMap(([key, value]) => {
    const rule = value as JsonObject;
    const must = required?.includes(key) ? 'required' : '';
    if (rule.properties)
      return [{ field: before + key, rule: must || 'optional' }, ...schemaRows(rule, `${before}${key}.`)];
    return [{ field: before + key, rule: [must, ...wordsOf(rule as FieldRule)].filter(Boolean).join(', ') }];
  });
}
