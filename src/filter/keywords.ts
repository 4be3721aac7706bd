/**
 * Words of the filter language, and the values of tokens. [isolate-safe]
 * @module
 */
import type { Literal } from './fields';
import { fail, type Token } from './tokens';

/** Comparison operators. */
export const OPERATORS: ReadonlySet<string> = new Set(['=', '!=', '<', '<=', '>', '>=', '<>']);

/** Words that can be a field's name only in backquotes. */
export const KEYWORDS = new Set([
  'AND',
  'OR',
  'NOT',
  'IN',
  'BETWEEN',
  'STARTS_WITH',
  'IS',
  'NULL',
  'TRUE',
  'FALSE',
  'ORDER',
  'BY',
  'ASC',
  'DESC',
]);

/** Words of SQL that are not part of the language, each with what to write instead. */
export const FOREIGN = new Map([
  ['LIKE', 'use STARTS_WITH.'],
  ['LIMIT', 'the number of rows is not part of the filter; use --limit.'],
  ['GROUP', 'a filter does not group; use count --by.'],
]);

/** True if the token is this word of the language, in upper or lower case. */
export function isKeyword(token: Token, word: string): boolean {
  return token.kind === 'name' && !token.quoted && token.text.toUpperCase() === word;
}

/** The value of a token. */
export function literalOf(token: Token): Literal {
  if (token.kind === 'string') return token.string!;
  if (token.kind === 'number') return token.number!;
  if (isKeyword(token, 'TRUE')) return true;
  if (isKeyword(token, 'FALSE')) return false;
  if (isKeyword(token, 'NULL')) return fail(token, 'nothing equals NULL: write IS NULL or IS NOT NULL.');
  if (token.kind === 'name' && !KEYWORDS.has(token.text.toUpperCase())) {
    return fail(token, `expected a value; put a string in quotes: '${token.text}'.`);
  }
  return fail(token, 'expected a value: a string in quotes, a number, true or false.');
}
