import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { startWorld } from './world';

/** A busy machine may answer 503; 500 is nobody's fault but ours. */
const CONFIG = `[checks]
not_a_server_error.expected-statuses = ["2xx", "4xx", "503"]
`;
const CHECKS =
  'not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance';

it('answers every request as described, and never fails', async (context) => {
  const command = 'schemathesis';
  context.skip(spawnSync(command, ['--version']).error !== undefined, `${command} is not installed`);
  const folder = mkdtempSync(join(tmpdir(), 'schemathesis-'));
  const site = await startWorld();
  const config = join(folder, 'schemathesis.toml');
  writeFileSync(config, CONFIG);
  const words = ['--config-file', config, 'run', `${site.address}/api/v1/openapi.json`];
  // Events have no end.
  const bounds = [
    '--exclude-path',
    '/events',
    '--phases',
    'coverage,fuzzing',
    '--max-examples',
    '3',
    '--max-time',
    '30',
  ];
  // Longer headers than Node takes end the connection before the answer can be read: texts of three bytes a character do.
  const how = [
    '--generation-codec',
    'ascii',
    '--checks',
    CHECKS,
    '--generation-deterministic',
    '--no-shrink',
    '--no-color',
  ];
  const limits = ['--suppress-health-check', 'all', '--workers', '1', '--warnings', 'off'];
  const tester = spawn(command, [...words, ...bounds, ...how, ...limits], { cwd: folder });
  let said = '';
  for (const stream of [tester.stdout, tester.stderr]) stream.on('data', (bytes) => (said += bytes));
  const [code] = await once(tester, 'exit');
  await site.close();
  rmSync(folder, { recursive: true, force: true });
  expect(
    code,
    said.replace(/.{300}\S*/g, (line) => line.slice(0, 300)),
  ).toBe(0);
  const [selected, all] = /Selected: +(\d+)\/(\d+)/.exec(said)!.slice(1).map(Number);
  expect(selected).toBe(all! - 1);
  expect(said).toContain(`Tested: ${selected}`);
});
