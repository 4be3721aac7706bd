/** What the linter has no rule for: words before exported names, private members, units in names. */
import { describe, expect, it } from 'vitest';
import { productFiles } from './imports';

const files = productFiles();

/** Code alone: comments, texts and regular expressions hold any word. */
function codeOf(text: string): string {
  return text
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/\/\/.*$/gm, '')
    .replace(/'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"/g, "''");
}

describe('exported names', () => {
  const EXPORT =
    /^export (?:declare )?(?:default )?(?:abstract )?(?:async )?(?:class|function\*?|const|let|interface|type|enum|namespace) (\w+)/gm;

  /** Each name once, with whether a comment of its own stands before it. An overload has that of the first. */
  function exportsOf(text: string): Map<string, boolean> {
    const found = new Map<string, boolean>();
    for (const match of text.matchAll(EXPORT)) {
      const [, name = ''] = match;
      const before = text
        .slice(0, match.index)
        .trimEnd()
        .replace(/(\n\/\/ biome-ignore[^\n]*)+$/, '');
      const comment = before.endsWith('*/') ? before.slice(before.lastIndexOf('/**')) : '@module';
      if (!found.has(name)) found.set(name, !comment.includes('@module'));
    }
    return found;
  }

  it('have a comment', () => {
    const all = files.flatMap(({ path, text }) =>
      [...exportsOf(text)].map(([name, said]) => ({ name: `${path} ${name}`, said })),
    );
    expect(all.length).toBeGreaterThan(1_000);
    expect(all.filter(({ said }) => !said).map(({ name }) => name)).toEqual([]);
  });

  it("have none if the first comment is the file's", () => {
    expect(exportsOf('/**\n * A file.\n * @module\n */\nexport const a = 1;\n')).toEqual(
      new Map([['a', false]]),
    );
    expect(exportsOf('/** One. */\nexport type B = 1;\n')).toEqual(new Map([['B', true]]));
  });
});

describe('private members', () => {
  it('are #private', () => {
    // A constructor has no other way to be private.
    const keyword = /\b(?:private|protected) (?!constructor\()/;
    const found = files.filter(({ text }) => keyword.test(codeOf(text))).map(({ path }) => path);
    expect(found).toEqual([]);
  });
});

describe('names of quantities', () => {
  /** Of the public API, as users of Temporal write options. */
  const OPTIONS = [
    'timeoutMs',
    'validatorTimeoutMs',
    'maxBytes',
    'patchBytes',
    'untrackedBytes',
    'keepDays',
    'maxHashBytes',
  ];
  /** Of Node, of the SDK and of the PostgreSQL driver. */
  const FOREIGN = [
    'mtimeMs',
    'startToCloseTimeoutMs',
    'scheduleToCloseTimeoutMs',
    'heartbeatTimeoutMs',
    'currentAttemptScheduledTimestampMs',
    'idleTimeoutMillis',
    'connectionTimeoutMillis',
  ];
  /** A function that counts or reads has such a name as well: it is called somewhere. */
  const QUANTITY = /(?<![\w.'])(#?[a-z]\w*(?:Ms|Millis|Seconds|Bytes|Characters|Days))\b/g;

  it('end in their unit, in snake case', () => {
    const functions = new Set(
      files.flatMap(({ text }) => [...codeOf(text).matchAll(/(\w+)\(/g)].map(([, name]) => name)),
    );
    const found = files.flatMap(({ path, text }) =>
      [...codeOf(text).matchAll(QUANTITY)]
        .map(([, name = '']) => name)
        .filter((name) => ![...OPTIONS, ...FOREIGN].includes(name) && !functions.has(name))
        .map((name) => `${path} ${name}`),
    );
    expect([...new Set(found)]).toEqual([]);
  });
});
