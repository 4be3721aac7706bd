/**
 * Guesses the meaning of a word that is not a filter: a scan, a value of a field, a name. Each guess is checked
 * by an index, so every suggestion exists. Node only.
 * @module
 */
import type { Literal } from '../../filter/fields';
import type { Condition } from '../../filter/filter';
import { formatFilter } from '../../filter/format';
import { RUN_FIELDS } from '../../filter/run-fields';
import type { Scope } from '../scope';

/** Fields whose values people type without the field's name. */
const FIELDS = [
  ...[
    'scan_id',
    'operator',
    'sample',
    'plan_name',
    'activity_type',
    'workflow_id',
    'workflow_type',
    'purpose',
  ],
  ...['project', 'group', 'owner', 'error.type'],
] as const;
/** Fields with an index of the beginnings of values. */
const BEGINNINGS = ['operator', 'sample', 'activity_type', 'workflow_id'] as const;
/** Longest word that is looked up. */
const WORD_CHARACTERS = 200;

/** Filters that match at least one run, the most likely first. */
export async function filtersMeant(scope: Scope, typed: string): Promise<string[]> {
  const word = typed.trim().replace(/^(['"])(.*)\1$/, '$2');
  if (word === '' || word.length > WORD_CHARACTERS) return [];
  const exact = FIELDS.flatMap((name) => equalTo(name, word));
  const found = await holding(scope, exact);
  if (found.length > 0) return found;
  return holding(
    scope,
    BEGINNINGS.map((name) => ({ op: 'starts-with', field: fieldOf(name), prefix: word, negated: false })),
  );
}

async function holding({ store, only_lab: lab }: Scope, conditions: readonly Condition[]): Promise<string[]> {
  const texts: string[] = [];
  for (const where of conditions)
    if ((await store.findRuns({ filter: { where }, lab, limit: 1 })).length > 0)
      texts.push(formatFilter({ where }));
  return texts;
}

function equalTo(name: string, word: string): Condition[] {
  const field = fieldOf(name);
  const isNumber = field.kind === 'column' && field.type === 'number';
  const value: Literal = isNumber ? Number(word) : word;
  if (isNumber && !Number.isSafeInteger(value)) return [];
  return [{ op: 'compare', field, operator: '=', value }];
}

function fieldOf(name: string) {
  return RUN_FIELDS.resolve(name.split('.'))!;
}
