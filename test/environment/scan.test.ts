import { describe, expect, it } from 'vitest';
import { scanModule } from '../../src/environment/code/scan';

const names = (text: string) => scanModule(text).named.map(({ specifier }) => specifier);

describe('what a module names', () => {
  it('is every literal import, static or not, and every literal require', () => {
    expect(
      names(
        `import a, { b } from './a.js';\nexport * from "./b.mjs";\nimport './c.js';\nconst d = () => import('./d.js');\nimport json from './e.json' with { type: 'json' };\n`,
      ),
    ).toEqual(['./a.js', './b.mjs', './c.js', './d.js', './e.json']);
    expect(names(`const a = require('./a');\nfunction later() { return require( "./b" ); }`)).toEqual([
      './a',
      './b',
    ]);
  });

  it('excludes text that only looks like an import', () => {
    expect(names(`/* import './a.js' */ const text = "import './b.js'";\nimport.meta.url;`)).toEqual([]);
    expect(names(`module.require('./a'); require.resolve('./b'); __require('./c')`)).toEqual([]);
  });

  it('is distinguished from a computed name, which has its line', () => {
    expect(scanModule(`const x = 1;\nimport(name);`).computed).toEqual({ kind: 'import', line: 2 });
    expect(scanModule('\n\nrequire(base + name);').computed).toEqual({ kind: 'require', line: 3 });
    expect(scanModule(`require('./a' + b)`).computed).toEqual({ kind: 'require', line: 1 });
    expect(
      scanModule(`// calls require(name)\nconst a = "require(name)"; require('./a');`).computed,
    ).toBeUndefined();
    expect(scanModule('Promise.resolve().then(() => __importStar(require(s)))').computed?.line).toBe(1);
  });

  it("is found in TypeScript too; what can't be read is reported", () => {
    expect(
      names(
        `import type { A } from './a';\nimport { b } from './b.js';\nexport const c = <T,>(x: T): T => x;`,
      ),
    ).toEqual(['./a', './b.js']);
    expect(scanModule(`import { a } from './a';\nconst b = "unclosed`)).toMatchObject({ unread: true });
  });
});
