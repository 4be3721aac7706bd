/** A connection as Temporal Cloud wants it (client certificate, API key, namespace on every call), from a profile. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openStore } from '../built';
import { temporalAddress } from '../real/temporal-server';
import { makeCertificates, startTlsProxy, type TlsProxy } from '../real/tls-proxy';
import { opening } from '../store/runs';

const API_KEY = 'key-of-the-lab';
const binary = fileURLToPath(new URL('../../dist/src/cli/main.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'provenance-cloud-'));
const url = `sqlite:${join(folder, 'provenance.db')}`;
let proxy: TlsProxy;
let connection: Connection;

beforeAll(async () => {
  const certificates = makeCertificates(folder);
  proxy = await startTlsProxy(temporalAddress(), certificates, API_KEY);
  connection = await Connection.connect({ address: temporalAddress() });
  const tls = `client_cert_path = "${certificates.client.cert}"
client_key_path = "${certificates.client.key}"
server_ca_cert_path = "${certificates.ca}"`;
  const profile = (name: string, key: string, more: string) => `[profile.${name}]
address = "${proxy.address}"
namespace = "default"
api_key = "${key}"
[profile.${name}.tls]
${more}
`;
  const nobody = `server_ca_cert_path = "${certificates.ca}"`;
  const profiles = [
    profile('cloud', API_KEY, tls),
    profile('stranger', API_KEY, nobody),
    profile('guess', 'another', tls),
  ];
  writeFileSync(join(folder, 'temporal.toml'), profiles.join(''));
  const store = await openStore(url, { mode: 'write', create: true });
  const temporal = {
    namespace: 'default',
    workflow_id: 'never',
    run_id: '0198c0de-0000-7000-8000-0000000000cc',
  };
  await store.write([opening({ n: 1, time: Date.now() / 1000 - 600, temporal })]);
  await store.close();
});

afterAll(async () => {
  await connection?.close();
  await proxy?.close();
  rmSync(folder, { recursive: true, force: true });
});

function start(...words: string[]) {
  const env = { ...process.env, TEMPORAL_CONFIG_FILE: join(folder, 'temporal.toml') };
  const child = spawn(process.execPath, [binary, ...words, '--store', url], { cwd: folder, env });
  let out = '';
  let err = '';
  child.stdout.on('data', (chunk) => {
    out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    err += chunk;
  });
  const ended = new Promise<{ code: number | null; out: string; err: string }>((done) =>
    child.on('close', (code) => done({ code, out, err })),
  );
  return { child, ended };
}

/** Methods called since the last time, all with what Cloud wants; what asks for the server itself names no namespace. */
function admitted(): string[] {
  const calls = proxy.calls.splice(0);
  for (const { method, authorization, namespace, client } of calls) {
    expect([method, authorization, client]).toEqual([method, `Bearer ${API_KEY}`, 'lab worker']);
    if (method !== 'GetSystemInfo') expect([method, namespace]).toEqual([method, 'default']);
  }
  return calls.map(({ method }) => method);
}

it('operations serves its task queue through it', async () => {
  const printed = await start('operations', '--print-task-queue').ended;
  const { child, ended } = start('operations', '--profile', 'cloud');
  try {
    const counts = await new Client({ connection }).workflow.execute('reconcile', {
      taskQueue: printed.out.trim(),
      workflowId: `cloud-${process.pid}`,
      args: [{ page_size: 10, grace_ms: 3_600_000 }],
    });
    expect(counts).toMatchObject({ executions: 0 });
  } finally {
    child.kill('SIGTERM');
  }
  expect((await ended).code).toBe(0);
  expect(admitted()).toEqual(
    expect.arrayContaining(['PollWorkflowTaskQueue', 'RespondActivityTaskCompleted']),
  );
});

it('reconcile looks executions up through it', async () => {
  const answer = await start('reconcile', '--profile', 'cloud', '--json').ended;
  expect(JSON.parse(answer.out)).toMatchObject({ executions: 1, settled: { lost: 1 }, unavailable: {} });
  expect(answer).toMatchObject({ code: 0, err: '' });
  expect(admitted()).toContain('GetWorkflowExecutionHistory');
});

it.each(['stranger', 'guess'])('a client without permission gets one line: %s', async (profile) => {
  const answer = await start('reconcile', '--profile', profile).ended;
  expect(answer).toMatchObject({ code: 2, out: '', err: expect.stringContaining(proxy.address) });
  expect(answer.err.trimEnd()).not.toContain('\n');
  proxy.calls.splice(0);
});
