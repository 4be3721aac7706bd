/**
 * A lab's rules in words. Node only.
 * @module
 */

import type { RulesDocument } from '../../metadata/rules-document';
import type { RulesInForce } from '../../questions/lab-rules';
import { type FieldWords, rulesWords } from '../../questions/rule-words';
import { safe } from '../../questions/shown/safe-text';
import { instant } from '../../questions/words';
import type { Style } from '../io';
import { type Column, table } from '../terminal/table';

const COLUMNS: Column<FieldWords>[] = [
  { title: 'FIELD', text: ({ field }) => safe(field) },
  { title: 'RULE', text: ({ rule }) => safe(rule), least: 20 },
];

/** Returns the lines for workers with the same rules. */
export function describeRulesInForce({ digest, document, workers }: RulesInForce, style: Style): string[] {
  const { colors } = style;
  const [newest, ...others] = workers;
  const more = others.length > 0 ? `, and ${others.length} more` : '';
  const since = newest
    ? `${safe(newest.identity)} on queue ${safe(newest.task_queue)}, since ${instant(newest.start_time)}`
    : '';
  const ended = newest?.stop_time === undefined ? '' : `, until ${instant(newest.stop_time)}`;
  const who = colors.dim(`From worker ${since}${ended}${more}.`);
  if (digest === undefined) return ['No rules: every run is accepted.', who];
  if (!document) return [`Rules ${digest}: their text is no longer in the store.`, who];
  return [...describeDocument(document, style), '', who, colors.dim(digest)];
}

function describeDocument(document: RulesDocument, style: Style): string[] {
  const { fields, before, validators, on_refusal } = rulesWords(document);
  return [
    ...(fields.length > 0 ? table(COLUMNS, fields, style) : ['No rules for single fields.']),
    '',
    ...before,
    ...validators.flatMap(({ words, fields }) => [
      words,
      ...(fields.length > 0 ? table(COLUMNS, fields, style).map((line) => `  ${line}`) : []),
    ]),
    on_refusal,
  ];
}
