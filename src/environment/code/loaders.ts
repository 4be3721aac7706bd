/**
 * Finds what can make the running code differ from its file: loaders and preloaded modules of this process, and
 * hooks installed for `require`. Node.
 * @module
 */
import Module from 'node:module';

const FLAGS = /^(?:-r|--require|--import|--loader|--experimental-loader)(?:=(.*))?$/;
/** Extensions that Node itself reads. */
const OWN_EXTENSIONS = ['.js', '.json', '.node'];
/** Extensions that Node reads only if its version can strip types. */
const STRIPPED = ['.ts', '.cts', '.mts'];

/**
 * Modules that flags or `NODE_OPTIONS` load before the program. Any of them may change what is loaded later.
 */
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

/** Splits as Node splits `NODE_OPTIONS`: by spaces, with double quotes around values that contain spaces. */
function split(options: string): string[] {
  return [...options.matchAll(/(?:"(?:\\.|[^"\\])*"|[^\s"])+/g)].map(([word]) =>
    word.replace(/"((?:\\.|[^"\\])*)"/g, (_, inner: string) => inner.replace(/\\(.)/g, '$1')),
  );
}

/** Extensions that a hook has taught `require` to read (`ts-node`, `@babel/register`, …). */
export function requireHooks(): string[] {
  const { _extensions: extensions = {} } = Module as unknown as {
    _extensions?: { [extension: string]: unknown };
  };
  const strips = Boolean((process.features as { typescript?: unknown }).typescript);
  const own = strips ? [...OWN_EXTENSIONS, ...STRIPPED] : OWN_EXTENSIONS;
  return Object.keys(extensions).filter((extension) => !own.includes(extension));
}
