/**
 * Finds what may be at a position of a filter that is being typed: the kind of word, and the part that is
 * already typed. Accepts unfinished texts. [isolate-safe]
 * @module
 */
import { isKeyword, KEYWORDS, OPERATORS } from './keywords';
import { FilterError, type Token, tokenize } from './tokens';

/** Kinds of words. All except fields and values are closed sets: {@link KEYWORDS_AT} lists their words. */
export type Expected =
  | 'condition'
  | 'operator'
  | 'value'
  | 'low'
  | 'after'
  | 'is'
  | 'is-not'
  | 'negated'
  | 'between-and'
  | 'list-open'
  | 'list-value'
  | 'list-after'
  | 'order-by'
  | 'order-field'
  | 'order-after'
  | 'relation'
  | 'relation-close';

/** What is expected at the caret. */
export interface Caret {
  expected: Expected;
  /** For values and operators: the path of their field. */
  field?: readonly string[];
  /** The typed part of the word, without its quote. */
  written: string;
  /** The quote with which the word begins. */
  quote?: string;
  /** Start of the range of the text that the chosen word replaces. */
  from: number;
  to: number;
}

/** Words of the language that may be there. */
export const KEYWORDS_AT: Readonly<Partial<Record<Expected, readonly string[]>>> = {
  condition: ['NOT', '(', 'ORDER BY'],
  operator: ['=', '!=', '<', '<=', '>', '>=', 'IN (', 'STARTS_WITH', 'BETWEEN', 'IS NULL', 'IS NOT NULL'],
  after: ['AND', 'OR', 'ORDER BY'],
  is: ['NULL', 'NOT NULL'],
  'is-not': ['NULL'],
  negated: ['IN (', 'STARTS_WITH', 'BETWEEN'],
  'between-and': ['AND'],
  'list-open': ['('],
  'list-after': [',', ')'],
  'order-by': ['BY'],
  'order-after': ['DESC', 'ASC', ','],
  'relation-close': [')'],
};

/** Returns what may be at `at`; undefined if the text before it cannot be part of a filter. */
export function caretAt(text: string, at: number): Caret | undefined {
  const before = text.slice(0, at);
  const { tokens, begun } = wordsOf(before);
  let state: { expected: Expected; field?: readonly string[] } = { expected: 'condition' };
  for (const token of tokens) {
    const next = after(state.expected, token);
    if (next === undefined) return undefined;
    state = {
      expected: next,
      field: token.kind === 'name' && isField(state.expected, token) ? token.path : state.field,
    };
  }
  const from = begun ?? at;
  const [first = ''] = before.slice(from);
  const quote = from < at && /['"`]/.test(first) ? first : undefined;
  const to = endOf(text, from, at);
  const written = before.slice(quote === undefined ? from : from + 1);
  const about = /^(operator|value|low|list-|is|negated|between)/.test(state.expected)
    ? state.field
    : undefined;
  return {
    expected: state.expected,
    ...(about && { field: about }),
    written,
    ...(quote && { quote }),
    from,
    to,
  };
}

/** The finished words, and the start of the word at the caret or directly before it. */
function wordsOf(before: string): { tokens: Token[]; begun?: number } {
  try {
    const tokens = tokenize(before).slice(0, -1);
    const last = tokens.at(-1);
    const touches = last && last.position + last.text.length === before.length;
    // A bracket or a comma is complete as soon as it is typed.
    if (!touches || /^[(),]$/.test(last.text)) return { tokens };
    return { tokens: tokens.slice(0, -1), begun: last.position };
  } catch (error) {
    const position = error instanceof FilterError ? error.position : undefined;
    if (position === undefined || position >= before.length) throw error;
    return { tokens: tokenize(before.slice(0, position)).slice(0, -1), begun: position };
  }
}

/** The end of the word that begins at `from`. */
function endOf(text: string, from: number, at: number): number {
  if (from === at) return at;
  try {
    const token = tokenize(text).find(({ position }) => position === from);
    return Math.max(at, token ? from + token.text.length : at);
  } catch {
    return at + (/^[\p{L}\p{N}_$.-]*/u.exec(text.slice(at))?.[0].length ?? 0);
  }
}

function isField(expected: Expected, token: Token): boolean {
  return expected === 'condition' && (token.quoted === true || !KEYWORDS.has(token.text.toUpperCase()));
}

const isLiteral = (token: Token): boolean =>
  token.kind === 'string' || token.kind === 'number' || isKeyword(token, 'TRUE') || isKeyword(token, 'FALSE');
const isSymbol = (token: Token, text: string): boolean => token.kind === 'symbol' && token.text === text;

/** What may follow a word; undefined if the word cannot be there. */
function after(expected: Expected, token: Token): Expected | undefined {
  const rows = GRAMMAR[expected];
  return rows.find(([word]) => fits(word, token))?.[1];
}

function fits(word: string, token: Token): boolean {
  if (word === 'FIELD')
    return token.kind === 'name' && (token.quoted || !KEYWORDS.has(token.text.toUpperCase()));
  if (word === 'LITERAL') return isLiteral(token);
  if (word === 'OPERATOR') return token.kind === 'symbol' && OPERATORS.has(token.text);
  return isSymbol(token, word) || isKeyword(token, word);
}

/** For each kind of expectation: the words that may be there, and what may follow each of them. */
const GRAMMAR: Readonly<Record<Expected, readonly (readonly [word: string, next: Expected])[]>> = {
  condition: [
    ['NOT', 'condition'],
    ['(', 'condition'],
    ['ORDER', 'order-by'],
    ['FIELD', 'operator'],
  ],
  operator: [
    ['OPERATOR', 'value'],
    ['IS', 'is'],
    ['NOT', 'negated'],
    ['IN', 'list-open'],
    ['BETWEEN', 'low'],
    ['STARTS_WITH', 'value'],
    ['(', 'relation'],
  ],
  value: [['LITERAL', 'after']],
  low: [['LITERAL', 'between-and']],
  'between-and': [['AND', 'value']],
  after: [
    ['AND', 'condition'],
    ['OR', 'condition'],
    [')', 'after'],
    ['ORDER', 'order-by'],
  ],
  is: [
    ['NOT', 'is-not'],
    ['NULL', 'after'],
  ],
  'is-not': [['NULL', 'after']],
  negated: [
    ['IN', 'list-open'],
    ['BETWEEN', 'low'],
    ['STARTS_WITH', 'value'],
  ],
  'list-open': [['(', 'list-value']],
  'list-value': [['LITERAL', 'list-after']],
  'list-after': [
    [',', 'list-value'],
    [')', 'after'],
  ],
  'order-by': [['BY', 'order-field']],
  'order-field': [['FIELD', 'order-after']],
  'order-after': [
    ['ASC', 'order-after'],
    ['DESC', 'order-after'],
    [',', 'order-field'],
  ],
  relation: [['LITERAL', 'relation-close']],
  'relation-close': [[')', 'after']],
};
