/**
 * A lab's rules in words. Node only.
 * @module
 */

import type { FieldRule, JoinedFieldRules } from '../../metadata/field-rules';
import type { RulesDocument, ValidatorDescription } from '../../metadata/rules-document';
import type { Json, JsonObject } from '../../model/json';
import type { RulesInForce } from '../../questions/lab-rules';
import { safe } from '../../questions/shown/safe-text';
import { instant } from '../../questions/words';
import type { Style } from '../io';
import { type Column, table } from '../terminal/table';

interface Row {
  field: string;
  rule: string;
}

const COLUMNS: Column<Row>[] = [
  { title: 'FIELD', text: ({ field }) => safe(field) },
  { title: 'RULE', text: ({ rule }) => safe(rule), least: 20 },
];

/** The rules of workers that have the same ones. */
export function describeRulesInForce({ digest, document, workers }: RulesInForce, style: Style): string[] {
  const { colors } = style;
  const [newest, ...others] = workers;
  const more = others.length > 0 ? `, and ${others.length} more` : '';
  const since = newest
    ? `${safe(newest.identity)} on queue ${safe(newest.task_queue)}, since ${instant(newest.start_time)}`
    : '';
  const ended = newest?.stop_time === undefined ? '' : `, until ${instant(newest.stop_time)}`;
  const who = colors.dim(`Of worker ${since}${ended}${more}.`);
  if (digest === undefined) return ['No rules: every run opens.', who];
  if (!document) return [`Rules ${digest}: their content is not in the store any more.`, who];
  return [...describeDocument(document, style), '', who, colors.dim(digest)];
}

function describeDocument(document: RulesDocument, style: Style): string[] {
  const rows = fieldRows(document);
  return [
    ...(rows.length > 0 ? table(COLUMNS, rows, style) : ['No rules of single fields.']),
    '',
    ...document.normalizers.map((name) => `Before: ${safe(name)} may rewrite the metadata.`),
    ...document.validators.flatMap((validator) => describeValidator(validator, style)),
    `A run that breaks a rule ${ON_REFUSAL[document.on_refusal] ?? document.on_refusal}.`,
  ];
}

const ON_REFUSAL: Readonly<Record<string, string>> = {
  fail: 'is refused, and its activity fails',
  wait: 'is refused, and its activity is tried again in 30 s',
  record: 'opens with its faults (onRefusal: record)',
};

function fieldRows({ required, fields }: RulesDocument): Row[] {
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

function describeValidator(
  { kind, name, json_schema, reason }: ValidatorDescription,
  style: Style,
): string[] {
  if (kind === 'function')
    return [`Validator ${safe(name)}: a function; its code is in the environment of the runs.`];
  if (!json_schema) return [`Schema (${safe(name)}): no JSON Schema (${reason}).`];
  const lines = table(COLUMNS, schemaRows(json_schema, ''), style);
  return [`Schema (${safe(name)}):`, ...lines.map((line) => `  ${line}`)];
}

/** The fields of a JSON Schema, those of objects in objects by path. */
function schemaRows(schema: JsonObject, before: string): Row[] {
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
