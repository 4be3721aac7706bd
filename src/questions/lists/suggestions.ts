/**
 * Suggests what may be at a position of a filter that is being typed: fields, operators, values of runs, words
 * of the language. Its reads are limited by the number of suggestions, and each uses an index. Node only.
 * @module
 */
import { type Caret, caretAt, KEYWORDS_AT } from '../../filter/caret';
import { EXECUTION_FIELDS } from '../../filter/execution-fields';
import { type Field, type FieldCatalogue, type Literal, namesOf } from '../../filter/fields';
import { formatLiteral, nameOf } from '../../filter/format';
import { RUN_FIELDS } from '../../filter/run-fields';
import { FilterError } from '../../filter/tokens';
import type { Store } from '../../store/store';
import type { Scope } from '../scope';
import { columnName } from './columns';
import { recentValues } from './recent-values';

/** A suggested word. */
export interface Suggestion {
  /** The text that replaces the word at the caret. */
  insert: string;
  kind: 'field' | 'operator' | 'value' | 'keyword';
  /** An additional remark. */
  detail?: string;
}

/** Words that may be at a position, the most likely first. */
export interface Suggestions {
  /** Start of the range of the text that is replaced. */
  from: number;
  to: number;
  items: Suggestion[];
}

/** The position at which suggestions are wanted. */
export interface SuggestionsWanted {
  where: string;
  /** Position of the caret, in UTF-16 units from 0. */
  at: number;
  of: 'runs' | 'executions';
}

const MOST = 20;
/** The most names and values that are compared with the typed part. */
const MANY = 500;
/** The fields that filters use most, in this order. */
const FREQUENT = {
  runs: ['status', 'operator', 'sample', 'plan_name', 'activity_type', 'time', 'scan_id', 'workflow_id'],
  executions: ['status', 'workflow_type', 'operator', 'sample', 'start_time', 'workflow_id', 'family'],
} as const;
const AGES = ['12h', '24h', '7d', '30d', '3mo'];

/** Returns suggestions; empty if the text before the caret is invalid. */
export async function suggestionsFor(scope: Scope, wanted: SuggestionsWanted): Promise<Suggestions> {
  const { where, of } = wanted;
  const at = Math.min(wanted.at, where.length);
  const caret = caretIn(where, at);
  if (!caret) return { from: at, to: at, items: [] };
  const catalogue = of === 'runs' ? RUN_FIELDS : EXECUTION_FIELDS;
  const items = [
    ...(await fieldWords(scope, { caret, catalogue, of })),
    ...(await valueWords(scope, caret, catalogue)),
    ...keywords(caret),
  ];
  return { from: caret.from, to: caret.to, items: items.slice(0, MOST) };
}

function caretIn(where: string, at: number): Caret | undefined {
  try {
    return caretAt(where, at);
  } catch (error) {
    if (error instanceof FilterError) return undefined;
    throw error;
  }
}

async function fieldWords(
  { store }: Scope,
  { caret, catalogue, of }: { caret: Caret; catalogue: FieldCatalogue; of: 'runs' | 'executions' },
): Promise<Suggestion[]> {
  const { expected, written, quote } = caret;
  if ((expected !== 'condition' && expected !== 'order-field') || quote === "'" || quote === '"') return [];
  const own = [...(await store.paths(MANY, written)), ...(await store.paths(MANY))].map(columnName);
  const known = catalogue.names.filter((name) => isShort(name, written));
  const relations = expected === 'condition' ? (catalogue.relations ?? []) : [];
  const names = [...FREQUENT[of], ...own, ...known];
  const fields = inOrder([...new Set(names)], written).map(
    (name): Suggestion => ({
      insert: name,
      kind: 'field',
      detail: catalogue.names.includes(name) ? 'column' : 'metadata',
    }),
  );
  const relationItems = inOrder(relations, written).map(
    (name): Suggestion => ({ insert: `${name}('`, kind: 'field', detail: 'lineage' }),
  );
  return [...fields, ...relationItems];
}

/** Spellings of documents are suggested only if the typed text begins like one. */
function isShort(name: string, written: string): boolean {
  const [head = ''] = name.split('.');
  return (
    !/^(start|temporal|provenance|stop|settled|observed)$/.test(head) || written.startsWith(head[0] ?? '')
  );
}

async function valueWords(scope: Scope, caret: Caret, catalogue: FieldCatalogue): Promise<Suggestion[]> {
  const { expected, written, field: path } = caret;
  if (!/^(value|low|list-value)$/.test(expected) || !path || caret.quote === '`') return [];
  const field = catalogue.resolve(path);
  if (!field) return [];
  const values = await valuesOf(scope, field, written);
  return inOrder(values, written).map((value) => ({
    insert: formatLiteral(value),
    kind: 'value',
    ...(field.kind === 'column' && field.type === 'instant' && { detail: ageDetail(value) }),
  }));
}

async function valuesOf(scope: Scope, field: Field, written: string): Promise<Literal[]> {
  if (field.kind === 'column') {
    if (field.values) return [...field.values];
    if (field.type === 'instant') return [new Date().toISOString().slice(0, 10), ...AGES];
    if (field.type === 'boolean') return [true, false];
  }
  const small = field.kind === 'column' ? await scope.store.columnValues(field.name, MANY) : undefined;
  const all =
    small ?? (field.kind === 'metadata' ? await metadataValues(scope.store, field.path, written) : []);
  return [...new Set([...(await recentOf(scope, field)), ...all])];
}

/** The most frequent values of the newest runs. */
async function recentOf(scope: Scope, field: Field): Promise<Literal[]> {
  const name = field.kind === 'column' || field.kind === 'metadata' ? nameOf(field) : undefined;
  // Without values: fields that only executions have, and fields that can only be tested.
  if (
    name === undefined ||
    (field.kind === 'column' && !RUN_FIELDS.names.includes(name)) ||
    name === 'family'
  )
    return [];
  const { fields } = await recentValues(scope, [name], MANY);
  return (fields[name] ?? []).map(({ value }) => value);
}

async function metadataValues(store: Store, path: readonly string[], written: string): Promise<Literal[]> {
  const names = namesOf(path).map((one) => one.join('.'));
  const begun = await Promise.all(names.map((name) => store.fieldValues(name, MOST, written)));
  const first = await Promise.all(names.map((name) => store.fieldValues(name, MANY)));
  return [...begun.flat(), ...first.flat()];
}

function ageDetail(value: Literal): string {
  return /^\d+(h|d|mo)$/.test(String(value)) ? 'ago' : 'today (UTC)';
}

function keywords({ expected, written, quote }: Caret): Suggestion[] {
  if (quote !== undefined) return [];
  const words = inOrder(KEYWORDS_AT[expected] ?? [], written);
  const kind = expected === 'operator' ? 'operator' : 'keyword';
  return words.map((insert) => ({ insert, kind }));
}

/** Words that begin with the typed text, then words that contain it. */
function inOrder<Word extends Literal>(words: readonly Word[], written: string): Word[] {
  const part = written.toLowerCase();
  const begins = words.filter((word) => String(word).toLowerCase().startsWith(part));
  const holds = words.filter((word) => {
    const text = String(word).toLowerCase();
    return !text.startsWith(part) && text.includes(part);
  });
  return [...begins, ...holds];
}
