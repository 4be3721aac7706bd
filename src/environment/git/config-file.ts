/**
 * Reads a git configuration file if git itself cannot be asked: sections, values, comments, quotes, continued
 * lines. Files that it includes are not read. Node.
 * @module
 */
import type { GitConfig } from './config';

/** The settings of a file, by the names that git prints. `includes` is true if it names further files. */
export function parseConfigFile(text: string): { config: GitConfig; includes: boolean } {
  const config = new Map<string, string[]>();
  let section = '';
  let includes = false;
  const lines = text
    .replace(/^\uFEFF/, '')
    .replace(/\r\n/g, '\n')
    .replace(/\\\n/g, '')
    .split('\n');
  for (const line of lines) {
    const head = /^\s*\[\s*([\w.-]+)(?:\s+"((?:[^"\\]|\\.)*)")?\s*\](.*)$/.exec(line);
    if (head) {
      const [, name = '', sub] = head;
      section = name.toLowerCase() + (sub === undefined ? '' : `.${sub.replace(/\\(.)/g, '$1')}`);
      includes ||= section === 'include' || section.startsWith('includeif.');
    }
    const [, key = '', rest] = /^\s*([a-z][\w-]*)\s*(?:=(.*))?$/i.exec(head ? (head[3] ?? '') : line) ?? [];
    if (key === '' || section === '') continue;
    const name = `${section}.${key.toLowerCase()}`;
    config.set(name, [...(config.get(name) ?? []), rest === undefined ? 'true' : plainValue(rest)]);
  }
  return { config, includes };
}

/** A value without its comment and quotes. */
function plainValue(text: string): string {
  let value = '';
  let kept = 0; // White space at the end is kept only inside quotes.
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const char = text[i] ?? '';
    if (char === '"') quoted = !quoted;
    else if (!quoted && (char === '#' || char === ';')) break;
    else if (char === '\\') value += ESCAPES[text[++i] ?? ''] ?? text[i] ?? '';
    else value += char;
    if (quoted || !/\s/.test(char)) kept = value.length;
  }
  return value.slice(0, kept).trimStart();
}

const ESCAPES: { [letter: string]: string } = { n: '\n', t: '\t', b: '\b' };
