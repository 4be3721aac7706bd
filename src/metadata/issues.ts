/**
 * How faults of metadata are reported: paths as text, the one-line refusal, and messages without values.
 * [isolate-safe]
 * @module
 */
import type { MetadataIssue } from '../model/documents';
import type { Json } from '../model/json';

/** The most issues that are kept for one document. One more entry reports that there are others. */
export const MAX_ISSUES = 100;

/** Longest issue message, in characters. Longer messages of validators are cut. */
const MAX_MESSAGE_LENGTH = 500;

const MAX_KEY_LENGTH = 64;
const MAX_PATHS_NAMED = 20;
const PLAIN_KEY = /^[A-Za-z_][\w-]*$/;

/**
 * A path as people write it: `sample.name`, `hints.dimensions[0]`, `["a.b"]`; `(document)` for the top level.
 */
export function formatPath(path: readonly (string | number)[]): string {
  if (path.length === 0) return '(document)';
  let text = '';
  for (const part of path) {
    if (typeof part === 'number') text += `[${part}]`;
    else if (PLAIN_KEY.test(part) && part.length <= MAX_KEY_LENGTH) text += text === '' ? part : `.${part}`;
    else
      text += `[${JSON.stringify(part.length > MAX_KEY_LENGTH ? `${part.slice(0, MAX_KEY_LENGTH)}…` : part)}]`;
  }
  return text;
}

/**
 * The message of a refusal: one line with only the paths, since Temporal's history keeps messages in plain
 * text. The failure's details hold the faults.
 */
export function describeRefusal(issues: readonly MetadataIssue[]): string {
  const paths = [...new Set(issues.map((issue) => formatPath(issue.path)))];
  const named = paths.slice(0, MAX_PATHS_NAMED).join(', ');
  const more = paths.length > MAX_PATHS_NAMED ? `, and ${paths.length - MAX_PATHS_NAMED} more` : '';
  return `metadata refused (${issues.length} ${issues.length === 1 ? 'issue' : 'issues'}): ${named}${more}`;
}

/**
 * All issues on one line, each with its path and message. Used in errors that the call with the metadata
 * throws, but not in messages that go into a history.
 */
export function describeIssues(issues: readonly MetadataIssue[]): string {
  return issues.map((issue) => `${formatPath(issue.path)} ${issue.message}`).join('; ');
}

/**
 * The message on one line, bounded, and without the given values, which schema libraries often quote. Only
 * whole words are removed; strings under 3 characters and numbers under 4 digits remain unless they are quoted.
 */
export function withoutValues(message: string, values: readonly Json[]): string {
  const words = new Set<string>();
  for (const value of values) collectWords(value, words);
  let text = message
    .slice(0, 4 * MAX_MESSAGE_LENGTH)
    .replace(/\s+/g, ' ')
    .trim();
  for (const word of [...words].sort((a, b) => b.length - a.length)) text = maskWord(text, word);
  return text.length > MAX_MESSAGE_LENGTH ? `${text.slice(0, MAX_MESSAGE_LENGTH)}…` : text;
}

const MAX_WORDS = 1000;

function collectWords(value: Json, words: Set<string>): void {
  if (words.size >= MAX_WORDS || value === null || typeof value === 'boolean') return;
  if (typeof value === 'object') {
    for (const item of Object.values(value)) collectWords(item, words);
  } else {
    const word = String(value).replace(/\s+/g, ' ').trim().slice(0, MAX_MESSAGE_LENGTH);
    if (word !== '') words.add(word);
  }
}

function maskWord(text: string, word: string): string {
  const shortest = /^[\d.+e-]+$/i.test(word) ? 4 : 3;
  let result = '';
  let from = 0;
  for (let at = text.indexOf(word); at !== -1; at = text.indexOf(word, at + 1)) {
    const before = text[at - 1] ?? ' ';
    const after = text[at + word.length] ?? ' ';
    const quoted = before === after && /["'`]/.test(before);
    if (at < from || !(quoted || (word.length >= shortest && !isWord(before) && !isWord(after)))) continue;
    result += `${text.slice(from, at)}[value]`;
    from = at + word.length;
  }
  return result + text.slice(from);
}

function isWord(character: string): boolean {
  return /[\p{L}\p{N}_]/u.test(character);
}
