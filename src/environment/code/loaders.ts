/**
 * What stands between a file on disk and what runs: loaders and preloaded modules, as this process was started with them,
 * and hooks that something has installed for `require`. Node.
 * @module
 */
import Module from 'node:module';

const FLAGS = /^(?:-r|--require|--import|--loader|--experimental-loader)(?:=(.*))?$/;
/** What Node itself reads. */
const OWN_EXTENSIONS = ['.js', '.json', '.node'];
/** Read by a Node that strips types, from its own version on. */
const STRIPPED = ['.ts', '.cts', '.mts'];

/** Modules that are loaded before the program, by flags or `NODE_OPTIONS`: any of them may change what is loaded after. */
export function preloadedModules(execArgv: readonly string[], nodeOptions: string | undefined): string[] {
  const found: string[] = [];
  for (const words of [split(nodeOptions ?? ''), [...execArgv]])
    for (let i = 0; i < words.length; i++) {
      const flag = FLAGS.exec(words[i]!);
      if (!flag) continue;
      const name = flag[1] ?? words[++i];
      if (name) found.push(name);
    }
  return [...new Set(found)];
}

/** As Node splits `NODE_OPTIONS`: by spaces, with double quotes around what holds some. */
function split(options: string): string[] {
  return [...options.matchAll(/(?:"(?:\\.|[^"\\])*"|[^\s"])+/g)].map(([word]) =>
    word.replace(/"((?:\\.|[^"\\])*)"/g, (_, inner: string) => inner.replace(/\\(.)/g, '$1')),
  );
}

/** Extensions that something has taught `require` to read (`ts-node`, `@babel/register`, …). */
export function requireHooks(): string[] {
  const { _extensions: extensions = {} } = Module as unknown as {
    _extensions?: { [extension: string]: unknown };
  };
  const strips = Boolean((process.features as { typescript?: unknown }).typescript);
  const own = strips ? [...OWN_EXTENSIONS, ...STRIPPED] : OWN_EXTENSIONS;
  return Object.keys(extensions).filter((extension) => !own.includes(extension));
}
