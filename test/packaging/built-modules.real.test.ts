/** What the compiler made of the sources. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ROOT } from '../imports';

/** A VM context, such as Jest's, has none unless Node is told so: what is loaded late is compiled to `require`. */
it('no built module has a native import()', () => {
  const built = ['src', 'interceptors', 'activities', 'workflows'].flatMap((part) =>
    readdirSync(join(ROOT, 'dist', part), { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.js'))
      .map((path) => join(ROOT, 'dist', part, path)),
  );
  expect(built.length).toBeGreaterThan(100);
  const native = built.filter((path) =>
    /\bimport\s*\(/.test(readFileSync(path, 'utf8').replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '')),
  );
  expect(native).toEqual([]);
});
