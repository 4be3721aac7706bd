/** Reads the source files and what each imports, for the architecture's rules. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

export const ROOT = join(import.meta.dirname, '..');

export interface Import {
  /** Path from the root for own files, else the module's name. */
  target: string;
  own: boolean;
  type_only: boolean;
}

export interface SourceFile {
  path: string;
  text: string;
  isolate_safe: boolean;
  imports: Import[];
  /** Own files that `import('…')` names: what is loaded late, and types. */
  named_late: string[];
}

/** Files of the repository, tracked or new, from the root. */
export function repositoryFiles(): string[] {
  const listed = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  return listed.split('\n').filter((path) => path !== '' && existsSync(join(ROOT, path)));
}

export function productFiles(): SourceFile[] {
  const product = /^(src|interceptors|activities|workflows)\/.*\.tsx?$/;
  return repositoryFiles()
    .filter((path) => product.test(path))
    .map(readSource);
}

function readSource(path: string): SourceFile {
  const text = readFileSync(join(ROOT, path), 'utf8');
  const header = /^(?:#!.*\n)?\/\*\*[\s\S]*?\*\//.exec(text)?.[0] ?? '';
  return {
    path,
    text,
    isolate_safe: header.includes('[isolate-safe]'),
    imports: importsOf(path, text),
    named_late: [...text.replace(/\/\*[\s\S]*?\*\//g, '').matchAll(/\bimport\(\s*'(\.[^'\n]+)'/g)].map(
      ([, module = '']) => resolveOwn(path, module),
    ),
  };
}

/** `import … from`, `export {…} from`, `export * from`, and the bare `import`. */
const STATEMENT =
  /^(?:import|export)\s+(type\s+)?(?:((?:\w+\s*,\s*)?(?:\{[^{}]*\}|\*(?:\s+as\s+\w+)?)|\w+)\s+from\s+)?'([^'\n]+)';$/gm;

/** Static imports; what is loaded late is no dependency of a file's loading. */
function importsOf(path: string, text: string): Import[] {
  return [...text.matchAll(STATEMENT)].map(([, type, names = '', module = '']) => {
    const own = module.startsWith('.');
    const listed = /^\{([\s\S]*)\}\s*$/
      .exec(names.trim())?.[1]
      ?.split(',')
      .map((name) => name.trim());
    const allTypes = listed?.filter(Boolean).every((name) => name.startsWith('type ')) ?? false;
    return { target: own ? resolveOwn(path, module) : module, own, type_only: Boolean(type) || allTypes };
  });
}

function resolveOwn(path: string, module: string): string {
  const base = relative(ROOT, join(ROOT, dirname(path), module)).replace(/\.js$/, '');
  const found = [base, `${base}.ts`, `${base}.tsx`, `${base}/index.ts`].find(
    (candidate) => /\.tsx?$/.test(candidate) && existsSync(join(ROOT, candidate)),
  );
  return found ?? base;
}
