/**
 * Shortens what goes into every user's workflow bundle: the compiled modules that the sandbox loads lose
 * comments, white space and long names. Their sources, their declarations and all other modules are unchanged.
 * @module
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { minify } from 'terser';

/** The entry modules of a bundle. */
const ENTRIES = ['interceptors/workflow/workflow.js', 'interceptors/workflow/no-codec.js', 'src/workflow.js'];

export async function shortenSandboxModules(root) {
  for (const path of modulesFrom(ENTRIES.map((entry) => join(root, 'dist', entry)))) {
    const code = readFileSync(path, 'utf8');
    const result = await minify(code, {
      ecma: 2020,
      toplevel: true,
      compress: { passes: 2 },
      mangle: { toplevel: true },
    });
    const source = relative(join(root, 'dist'), path).replaceAll(sep, '/').replace(/js$/, 'ts');
    writeFileSync(path, `${result.code}\n${nameOnly(`temporal-provenance/${source}`)}\n`);
  }
}

/**
 * A source map that names the source but does not contain it. Without one a bundler would put the whole text
 * into its own map.
 */
function nameOnly(source) {
  // See docs/design/workflow-sandbox.md#in-the-sandbox.
  const map = { version: 3, sources: [source], sourcesContent: [''], names: [], mappings: 'AAAA' };
  const base64 = Buffer.from(JSON.stringify(map)).toString('base64');
  return `//# sourceMappingURL=data:application/json;base64,${base64}`;
}

/** The entries, and all modules of ours that they load. */
function modulesFrom(entries) {
  const found = new Set();
  const visit = (path) => {
    if (found.has(path)) return;
    found.add(path);
    for (const [, target] of readFileSync(path, 'utf8').matchAll(/require\("(\.[^"]+)"\)/g))
      visit(`${join(dirname(path), target)}.js`);
  };
  entries.forEach(visit);
  return found;
}
