/**
 * What the fast pass looks for: beginnings of secrets' names and of secrets themselves. Whatever a rule of
 * `redact-text` or `redact-keys` masks must begin with, or contain, one of these. [isolate-safe]
 * @module
 */
import { anyCase, exactly, type Needle } from './redact-scan';

const LETTER = 'abcdefghijklmnopqrstuvwxyz';
/** What may stand before a short word in a name: a quote, `_`, `-`, a dot, a blank, `?` or `&` of a query. */
const EDGE = '"\'`_-. ?&;,{[(/';

/** An inner word of camelCase, or a word after an edge: `…Pin`, `"pin`. */
function shortWord(word: string): Needle[] {
  const [first = '', second, third] = anyCase(word);
  return [
    [EDGE, first, second ?? '', third ?? ''],
    [LETTER, first.toUpperCase().slice(0, 1), second ?? '', third ?? ''],
  ];
}

/** Beginnings of words in names of secrets. */
export const NAME_NEEDLES: readonly Needle[] = [
  ...['pass', 'secr', 'toke', 'cred', 'auth', 'cook', 'conn', 'webh', 'mnem', 'bear', 'sess', 'sign'].map(
    anyCase,
  ),
  ...['pwd', 'jwt', 'dsn', 'otp', 'pin', 'sas', 'sig', 'sid', 'psw', 'cvv', 'cvc'].flatMap(shortWord),
  anyCase('jses'),
  anyCase('phps'),
  [`${LETTER}_-. `, 'kK', 'eE', 'yY'],
  [`${LETTER.toUpperCase()}${LETTER}`, 'pP', 'wW', 'dD'],
];

/** Beginnings of what is a secret by its own look. */
export const VALUE_NEEDLES: readonly Needle[] = [
  [':', '/', '/', ''],
  ['%', '3', 'aA', '%'],
  exactly('----'),
  ...['AKIA', 'ASIA', 'AROA', 'ABIA', 'gith', 'AIza', 'ya29', 'GOCS', 'LS0t', 'npm_', 'pypi', 'xapp'].map(
    exactly,
  ),
  ...['BASI', 'ORAC', 'JDBC'].map(anyCase),
  ['g', 'h', 'pousr', '_'],
  ['g', 'l', '', ''],
  ['x', 'o', 'x', ''],
  ['srpw', 'kh', '_s', ''],
  ['s', 'k', '-', ''],
  ['h', 'f', '_', ''],
  ['S', 'G', '.', ''],
  ['d', 'o', 'opr', '_'],
  ['s', 'h', 'p', ''],
  ['e', 'y', 'J', ''],
  ['h', 'o', 'o', 'k'],
  ['d', 'i', 's', 'c'],
];

/** The closer look at a value needle's place; each alternative is a necessary beginning of a rule's match. */
export const VALUE_START = new RegExp(
  [
    '://[^\\s/?#"\'<>\\\\]{1,512}@',
    '%3A%2F%2F(?:(?!%2F|%3F)[^\\s/"\'@]){1,512}?%40',
    '-----BEGIN[A-Z0-9 +%]{0,60}PRIVATE',
    'jdbc:oracle:',
    '(?:bearer|basic)(?:\\s|%20|\\+|\\\\[nt]){1,4}[\\w.~+/=-]{6}',
    'hooks\\.slack\\.com/',
    'discord(?:app)?\\.com/api/webhooks/',
  ].join('|'),
  'iy',
);
