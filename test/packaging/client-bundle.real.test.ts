/** A client inside a bundled application, such as a web page's server: nothing native comes along, and versions are ours. */
import { readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { rolldown } from 'rolldown';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROOT } from '../imports';
import { installInto, type Packed, pack, run } from './packed';

const require = createRequire(import.meta.url);

let packed: Packed;
let project: string;
let version: string;

beforeAll(async () => {
  version = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')).version;
  packed = await pack();
  project = await installInto(packed, 'web-app', ['@temporalio/client@1.24.0']);
  await writeFile(join(project, 'package.json'), '{"name": "web-app", "version": "9.9.9"}');
  await writeFile(
    join(project, 'client.js'),
    `const { Client, Connection } = require('@temporalio/client');
     const { ProvenancePlugin, withMetadata } = require('temporal-provenance');
     const plugin = new ProvenancePlugin();
     const client = new Client({ connection: Connection.lazy({ address: '127.0.0.1:1' }), plugins: [plugin] });
     const bare = new Client({ connection: Connection.lazy({ address: '127.0.0.1:1' }) });
     const start = (name) => withMetadata({ operator: 'Ada' }, () =>
       (name === 'bare' ? bare : client).workflow.start('one', { taskQueue: 'q', workflowId: name }).catch(() => {}));
     const warned = [];
     process.emitWarning = (text) => warned.push(/withMetadata gave operator/.test(text));
     start('ours');
     start('bare');
     setTimeout(() => {
       console.log(JSON.stringify({ version: plugin.version ?? null, warned }));
       process.exit(0);
     }, 300);`,
  );
});

afterAll(() => packed?.remove());

/** What the bundle prints, alone in a folder of the application. */
async function printed(file: string): Promise<unknown> {
  const { code, stdout, stderr } = await run(project, process.execPath, file);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout);
}

describe('a client in a bundled application', () => {
  it('is bundled by webpack completely', async () => {
    const configuration = {
      mode: 'none',
      target: 'node',
      context: project,
      entry: './client.js',
      output: { path: join(project, 'out'), filename: 'webpack.cjs' },
    };
    const script = `const webpack = require(${JSON.stringify(require.resolve('webpack'))});
      webpack(${JSON.stringify(configuration)}, (error, stats) => {
        if (error) throw error;
        const { errors, modules } = stats.toJson({ modules: true, nestedModules: true, modulesSpace: 100_000 });
        console.log(JSON.stringify({ errors: errors.map(({ message }) => message), names: modules.map(({ name }) => name) }));
      });`;
    const { stdout } = await run(project, process.execPath, '-e', script);
    const { errors, names } = JSON.parse(stdout) as { errors: string[]; names: string[] };
    expect(errors).toEqual([]);
    const heavy =
      /node_modules\/(dockerode|ssh2|better-sqlite3|pg|@temporalio\/(worker|core-bridge))\/|\.node$/;
    expect(names.filter((name) => heavy.test(name))).toEqual([]);
    expect(await printed(join('out', 'webpack.cjs'))).toEqual({ version, warned: [true] });
  });

  it.each(['cjs', 'esm'] as const)('is bundled completely by another bundler: %s', async (format) => {
    const file = join('out', `rolldown.${format === 'cjs' ? 'cjs' : 'mjs'}`);
    const warnings: string[] = [];
    const bundle = await rolldown({
      input: join(project, 'client.js'),
      platform: 'node',
      cwd: project,
      onLog: (_level, log) => {
        if (log.code === 'UNRESOLVED_IMPORT') warnings.push(log.message);
      },
    });
    await bundle.write({ file: join(project, file), format, codeSplitting: false });
    await bundle.close();
    expect(warnings).toEqual([]);
    expect(await printed(file)).toEqual({ version, warned: [true] });
  });
});
