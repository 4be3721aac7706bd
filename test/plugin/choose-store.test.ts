import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Context } from '../../src/cli/context';
import { chooseStore } from '../../src/options/choose-store';
import { resolveOptions } from '../../src/options/options';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'choose-'));
  vi.spyOn(process, 'cwd').mockReturnValue(folder);
  writeFileSync(join(folder, 'temporal-provenance.json'), '{"store":"sqlite:of-file.db","lab":"of-file"}');
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

const output = { write: () => undefined };
const commandLine = (env: Record<string, string>, options = {}) =>
  new Context({ stdout: output, stderr: output, env, cwd: folder }, options);

it.each([
  ['', 'of-file.db'],
  ['sqlite:of-variable.db', 'of-variable.db'],
])('PROVENANCE_STORE=%s means the same to a worker and to the command line', (variable, file) => {
  vi.stubEnv('PROVENANCE_STORE', variable);
  expect(resolveOptions().store).toMatch(new RegExp(`${file}$`));
  expect(commandLine({ PROVENANCE_STORE: variable }).url).toBe(`sqlite:${join(folder, file)}`);
});

it('an empty name is refused, with its source', () => {
  expect(() => resolveOptions({ store: '' })).toThrow(/^ProvenancePlugin: option store: /);
  expect(() => commandLine({}, { store: '' }).url).toThrow(/^--store: /);
});

it("a config file that can't be read is ignored if flags name store and lab", () => {
  writeFileSync(join(folder, 'temporal-provenance.json'), '{bad');
  const context = commandLine({}, { store: 'sqlite:own.db', lab: 'own' });
  expect([context.url, context.lab]).toEqual([`sqlite:${join(folder, 'own.db')}`, 'own']);
  expect(() => commandLine({}).url).toThrow(/temporal-provenance\.json is not JSON/);
});

it('an invalid store URL is reported with its source', () => {
  const thrown = (sources: Parameters<typeof chooseStore>[0]) => () => chooseStore(sources);
  const folders = [folder];
  expect(thrown({ env: { PROVENANCE_STORE: 'oops' }, folders })).toThrow(
    /^PROVENANCE_STORE: .*'oops' has no scheme/,
  );
  const config = { path: '/lab/temporal-provenance.json', store: 'oops', values: {} };
  expect(thrown({ file: { config }, folders })).toThrow(/^\/lab\/temporal-provenance\.json: "store": /);
});
