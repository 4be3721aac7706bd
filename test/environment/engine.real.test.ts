/** An engine that is not there, refuses, hangs or knows another container; Kubernetes by its own protocol. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { Absent, Findings } from '../../src/environment/findings';
import { readEngine } from '../../src/environment/image/engine';
import { readKubernetes } from '../../src/environment/image/kubernetes';
import { removeFolders, temporaryFolder, write } from './repository';

const ID = 'a1'.repeat(32);
const DIGEST = `sha256:${'c3'.repeat(32)}`;
const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
  removeFolders();
});

async function reasonOf(call: Promise<void>): Promise<string | undefined> {
  return call.then(
    () => undefined,
    (error) => (error instanceof Absent ? error.reason : String(error)),
  );
}

async function socketOf(answer: RequestListener): Promise<string> {
  const socketPath = join(temporaryFolder(), 'engine.sock');
  const server = createServer(answer);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(socketPath, resolve));
  return socketPath;
}

describe('an engine', () => {
  const ask = (socketPath: string) => {
    const options = { socketPath, verifyRegistry: false, timeout_ms: 200 };
    return reasonOf(readEngine({ id: ID, source: 'cgroup' }, options, new Findings()));
  };

  it('that does not exist', async () => expect(await ask('/nowhere/docker.sock')).toBe('no_engine_socket'));

  it('that hangs', async () => expect(await ask(await socketOf(() => {}))).toBe('engine_timeout'));

  it('of another host', async () => {
    const socket = await socketOf((_request, response) =>
      response.writeHead(404).end('{"message":"no such"}'),
    );
    expect(await ask(socket)).toBe('container_not_found');
  });

  it('that answers with invalid data', async () => {
    expect(await ask(await socketOf((_request, response) => response.end('<html>')))).toBe('engine_failed');
  });
});

describe('Kubernetes', () => {
  /** An API server with a certificate of its own, which the service account trusts. */
  async function cluster(statuses: object[]): Promise<{ account: string; port: number; asked: string[] }> {
    const account = temporaryFolder();
    const key = join(account, 'key.pem');
    const made = [
      'req',
      '-x509',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-keyout',
      key,
      '-out',
      join(account, 'ca.crt'),
    ];
    const subject = ['-days', '1', '-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
    execFileSync('openssl', [...made, ...subject], { stdio: 'pipe' });
    write(account, { token: 'pod-token\n', namespace: 'lab' });
    const asked: string[] = [];
    const tls = { key: readFileSync(key), cert: readFileSync(join(account, 'ca.crt')) };
    const server = createTlsServer(tls, (request, response) => {
      asked.push(request.url ?? '');
      if (request.headers.authorization !== 'Bearer pod-token') response.writeHead(401).end();
      else
        response.end(
          JSON.stringify({ status: { containerStatuses: [statuses[asked.length - 1] ?? statuses.at(-1)] } }),
        );
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
    return { account, port: (server.address() as AddressInfo).port, asked };
  }

  const env = (port: number) => ({
    KUBERNETES_SERVICE_HOST: 'localhost',
    KUBERNETES_SERVICE_PORT: String(port),
    POD_NAME: 'scan-1',
  });

  it('gives the digest that a container was pulled by, once it is known', async () => {
    const pulled = { name: 'scan', image: 'r/scan:1.4', imageID: `docker-pullable://r/scan@${DIGEST}` };
    const { account, port, asked } = await cluster([
      { name: 'scan', image: 'r/scan:1.4', imageID: '' },
      pulled,
    ]);
    const findings = new Findings();
    const context = { cwd: '/', env: env(port), signal: AbortSignal.timeout(5000) };
    await readKubernetes(context, undefined, findings, account);
    expect(asked).toEqual(['/api/v1/namespaces/lab/pods/scan-1', '/api/v1/namespaces/lab/pods/scan-1']);
    expect(Object.fromEntries(findings.facts)).toMatchObject({
      'image.source': 'kubernetes',
      'image.name': 'r/scan',
      'image.tag': '1.4',
      'image.manifest_digest': DIGEST,
      'image.repo_digests': [`r/scan@${DIGEST}`],
    });
  });

  it('that does not let the account read pods', async () => {
    const { account, port } = await cluster([{}]);
    write(account, { token: 'other' });
    const context = { cwd: '/', env: env(port), signal: AbortSignal.timeout(5000) };
    const call = readKubernetes(context, undefined, new Findings(), account);
    expect(await reasonOf(call)).toBe('kubernetes_forbidden');
  });

  it('without an account is not queried', async () => {
    const context = { cwd: '/', env: env(1), signal: AbortSignal.timeout(1000) };
    const call = readKubernetes(context, undefined, new Findings(), temporaryFolder());
    expect(await reasonOf(call)).toBe('no_service_account');
  });
});
