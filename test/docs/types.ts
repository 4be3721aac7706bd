/** Reads the members of interfaces from their source, as far as types of documents need it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../imports';

/** A member of an interface. */
export interface Member {
  /** `worker.host` for a member of an object that has no type of its own, `items[].name` in a list of such. */
  path: string;
  optional: boolean;
}

/** Interfaces of some files, by name. */
export type Interfaces = ReadonlyMap<string, readonly Member[]>;

interface Declaration {
  extended: string;
  body: string;
}

/** The interfaces of files, with the members that they inherit from each other. */
export function interfacesIn(files: readonly string[]): Interfaces {
  const declared = new Map<string, Declaration>();
  for (const file of files) {
    const text = withoutComments(readFileSync(join(ROOT, file), 'utf8'));
    for (const match of text.matchAll(/\binterface (\w+)(?:\s+extends\s+([^{]+?))?\s*\{/g)) {
      const [whole, name = '', extended = ''] = match;
      declared.set(name, { extended, body: blockAt(text, match.index + whole.length - 1) });
    }
  }
  return new Map([...declared.keys()].map((name) => [name, membersOf(name, declared)]));
}

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');
}

/** What is between the brace at `open` and its twin. */
function blockAt(text: string, open: number): string {
  let depth = 0;
  for (let at = open; at < text.length; at++) {
    if (text[at] === '{') depth++;
    if (text[at] === '}' && --depth === 0) return text.slice(open + 1, at);
  }
  throw new Error('A brace has no twin');
}

function membersOf(name: string, declared: ReadonlyMap<string, Declaration>): Member[] {
  const { extended, body } = declared.get(name) ?? { extended: '', body: '' };
  return [...inheritedBy(extended, declared), ...membersIn(body)];
}

/** `A, Pick<B, 'x' | 'y'>`; what is declared in other files has no members here. */
function inheritedBy(extended: string, declared: ReadonlyMap<string, Declaration>): Member[] {
  return partsOf(extended, ',').flatMap((base) => {
    const [, utility, of = '', names = ''] = /^(Pick|Omit)<(\w+),([\s\S]*)>$/.exec(base) ?? [];
    if (utility === undefined) return membersOf(base, declared);
    const listed = [...names.matchAll(/'(\w+)'/g)].map(([, member = '']) => member);
    return membersOf(of, declared).filter(({ path }) => listed.includes(path) === (utility === 'Pick'));
  });
}

function membersIn(body: string): Member[] {
  return partsOf(body, ';').flatMap((part) => {
    const [, name, question, type = ''] = /^(?:readonly )?'?([\w-]+)'?(\?)?:\s*([\s\S]*)$/.exec(part) ?? [];
    if (name === undefined) return [];
    const [, inside, list] = /^\{([\s\S]*)\}(\[\])?$/.exec(type) ?? [];
    const below = inside === undefined ? [] : membersIn(inside);
    if (below.length === 0) return [{ path: name, optional: question !== undefined }];
    const prefix = list === undefined ? name : `${name}[]`;
    const within = below.map(({ path, optional }) => ({ path: `${prefix}.${path}`, optional }));
    return [{ path: name, optional: question !== undefined }, ...within];
  });
}

/** Parts of a text between separators that are in no bracket. */
function partsOf(text: string, separator: string): string[] {
  const parts = [''];
  let depth = 0;
  for (const [at, character] of [...text].entries()) {
    if ('{[(<'.includes(character)) depth++;
    if ('}])'.includes(character) || (character === '>' && text[at - 1] !== '=')) depth--;
    if (character === separator && depth === 0) parts.push('');
    else parts[parts.length - 1] += character;
  }
  return parts.map((part) => part.trim()).filter((part) => part !== '');
}
