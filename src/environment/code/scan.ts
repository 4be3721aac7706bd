/**
 * Finds what a module's text names by literal `import` and `require`. Also finds computed names, which cannot
 * be known from the text. Node.
 * @module
 */

/** A module that a file names by a literal. */
export interface Named {
  specifier: string;
  kind: 'import' | 'require';
}

/** The modules that a file loads, as far as its text shows. */
export interface Scan {
  named: readonly Named[];
  /** Line of the first `import()` or `require()` whose argument is not a literal. */
  computed?: { kind: Named['kind']; line: number };
  /** True if the text cannot be parsed as a module, because it is TypeScript beyond types, or broken. */
  unread?: true;
}

const NOTHING: Scan = { named: [] };

type Lexer = Pick<typeof import('es-module-lexer'), 'parse' | 'initSync'>;
let lexer: Lexer | undefined;

/** Loads the lexer with the first file that needs it. A program without an `import` never loads it. */
function loadLexer(): Lexer {
  if (!lexer) {
    const loaded: Lexer = require('es-module-lexer');
    loaded.initSync();
    lexer = loaded;
  }
  return lexer;
}

/** Scans a text. Never throws. */
export function scanModule(text: string): Scan {
  const imports = /\b(?:import|export)\b/.test(text) ? scanImports(text) : NOTHING;
  const requires = text.includes('require') ? scanRequires(text) : NOTHING;
  if (imports === NOTHING) return requires;
  if (requires === NOTHING) return imports;
  return {
    named: [...imports.named, ...requires.named],
    computed: imports.computed ?? requires.computed,
    unread: imports.unread,
  };
}

function scanImports(text: string): Scan {
  try {
    const [found] = loadLexer().parse(text);
    const named: Named[] = [];
    let at: number | undefined;
    for (const { n, d, ss } of found) {
      if (n !== undefined) named.push({ specifier: n, kind: 'import' });
      else if (d >= 0) at ??= ss;
    }
    return { named, computed: at === undefined ? undefined : { kind: 'import', line: lineAt(text, at) } };
  } catch {
    return { named: looksImported(text), unread: true };
  }
}

/** For a text that the lexer refuses: the literals after `from` and `import`. */
function looksImported(text: string): Named[] {
  const found = text.matchAll(/\b(?:from|import)\s*\(?\s*(?:'([^'\n]+)'|"([^"\n]+)")/g);
  return [...found].map(([, single, double]) => ({ specifier: single ?? double ?? '', kind: 'import' }));
}

/**
 * Finds only calls with a literal name. The text is parsed from its beginning only if a name seems to be
 * computed.
 */
function scanRequires(text: string): Scan {
  const named: Named[] = [];
  let doubtful = false;
  for (const [, , literal, other] of text.matchAll(REQUIRE)) {
    if (literal !== undefined) named.push({ specifier: literal, kind: 'require' });
    else if (other !== undefined) doubtful = true;
  }
  const at = doubtful ? computedRequire(text) : undefined;
  return { named, computed: at === undefined ? undefined : { kind: 'require', line: lineAt(text, at) } };
}

/**
 * Matches `require('x')`, or `require(` and something else; not `x.require`, `__require`, `require.resolve`.
 */
const REQUIRE = /(?<![\w$.])require\s*\(\s*(?:(['"`])([^'"`\n$\\]+)\1\s*[,)]|([^\s)]))/g;

/** Matches `require(`, and the comments, strings and templates that are skipped. */
const TOKENS =
  /\/\/[^\n]*|\/\*[\s\S]*?\*\/|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\[\s\S]|[^`\\])*`|(?<![\w$.])require\s*\(\s*(?:(['"`])[^'"`\n$\\]+\1\s*[,)]|(?=[^\s)]))/g;

function computedRequire(text: string): number | undefined {
  for (const match of text.matchAll(TOKENS)) {
    const [token, literal] = match;
    if (token.startsWith('require') && literal === undefined) return match.index;
  }
  return undefined;
}

function lineAt(text: string, at: number): number {
  let line = 1;
  for (let next = text.indexOf('\n'); next >= 0 && next < at; next = text.indexOf('\n', next + 1)) line += 1;
  return line;
}
