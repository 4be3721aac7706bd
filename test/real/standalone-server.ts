/**
 * A Temporal server that knows standalone activities, with everything in memory, on loopback: started for the tests that
 * need it and ended with them, by its process id. The executable is the one that `scripts/temporal-server.mjs` built.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Connection } from '@temporalio/client';

const START_MS = 60_000;
const SERVICES = ['frontend', 'matching', 'history', 'worker'];

/** What standalone activities need, and visibility that does not wait. */
const DYNAMIC = { 'activity.enableStandalone': true, 'history.enableChasm': true };

export interface StandaloneServer {
  address: string;
  stop(): Promise<void>;
}

/** Path of the executable; undefined when it was not built on this machine. */
export function standaloneExecutable(): string | undefined {
  const cache = process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache');
  const path = join(cache, 'temporal-provenance', 'bin', 'temporal-server-1.31.2');
  return existsSync(path) ? path : undefined;
}

/** Starts it, with the namespace `default`. */
export async function startStandaloneServer(executable: string): Promise<StandaloneServer> {
  const folder = mkdtempSync(join(tmpdir(), 'temporal-server-'));
  const ports = await freePorts(2 * SERVICES.length + 1);
  const dynamic = join(folder, 'dynamic.yaml');
  const config = join(folder, 'config.yaml');
  const entries = Object.entries(DYNAMIC).map(([key, value]) => [key, [{ value }]]);
  // JSON is YAML.
  writeFileSync(dynamic, JSON.stringify(Object.fromEntries(entries)));
  writeFileSync(config, JSON.stringify(configuration(ports, dynamic)));
  const child = spawn(executable, ['--config-file', config, '--allow-no-auth', 'start'], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (bytes) => {
      said = (said + bytes).slice(-10_000);
    });
  }
  const stop = async (): Promise<void> => {
    await ended(child);
    rmSync(folder, { recursive: true, force: true });
  };
  const address = `127.0.0.1:${ports[0]}`;
  try {
    await answers(address, child);
  } catch (error) {
    await stop();
    throw new Error(`the Temporal server did not start: ${String(error)}\n${said}`);
  }
  return { address, stop };
}

function configuration(ports: number[], dynamic: string): object {
  const store = (databaseName: string) => ({
    sql: {
      pluginName: 'sqlite',
      databaseName,
      connectAddr: 'localhost',
      connectProtocol: 'tcp',
      connectAttributes: { mode: 'memory', cache: 'private' },
      maxConns: 1,
      maxIdleConns: 1,
      maxConnLifetime: '1h',
    },
  });
  const service = (index: number) => ({
    rpc: {
      grpcPort: ports[2 * index],
      membershipPort: ports[2 * index + 1],
      ...(index === 0 && { httpPort: ports.at(-1) }),
      bindOnLocalHost: true,
    },
  });
  const frontend = `127.0.0.1:${ports[0]}`;
  return {
    log: { stdout: true, level: 'error' },
    persistence: {
      defaultStore: 'default',
      visibilityStore: 'visibility',
      numHistoryShards: 1,
      datastores: { default: store('default'), visibility: store('visibility') },
    },
    global: { membership: { maxJoinDuration: '30s', broadcastAddress: '127.0.0.1' } },
    services: Object.fromEntries(SERVICES.map((name, index) => [name, service(index)])),
    clusterMetadata: {
      enableGlobalNamespace: false,
      failoverVersionIncrement: 10,
      masterClusterName: 'active',
      currentClusterName: 'active',
      clusterInformation: {
        active: { enabled: true, initialFailoverVersion: 1, rpcName: 'frontend', rpcAddress: frontend },
      },
    },
    dcRedirectionPolicy: { policy: 'noop' },
    publicClient: { hostPort: frontend },
    dynamicConfigClient: { filepath: dynamic, pollInterval: '60s' },
  };
}

/** Registers the namespace, and waits until it can be used. */
async function answers(address: string, child: ChildProcess): Promise<void> {
  const limit = Date.now() + START_MS;
  for (;;) {
    try {
      const connection = await Connection.connect({ address, connectTimeout: 2_000 });
      try {
        await registered(connection);
        return;
      } finally {
        await connection.close();
      }
    } catch (error) {
      if (child.exitCode !== null || Date.now() > limit) throw error;
      await sleep(100);
    }
  }
}

async function registered(connection: Connection): Promise<void> {
  const { workflowService } = connection;
  const ALREADY_EXISTS = 6;
  await workflowService
    .registerNamespace({
      namespace: 'default',
      workflowExecutionRetentionPeriod: { seconds: 86_400 as never },
    })
    .catch((error: { code?: unknown }) => {
      if (error.code !== ALREADY_EXISTS) throw error;
    });
  await workflowService.describeNamespace({ namespace: 'default' });
  await workflowService.listWorkflowExecutions({ namespace: 'default', pageSize: 1 });
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill('SIGTERM');
  const force = setTimeout(() => child.kill('SIGKILL'), 10_000);
  await exit;
  clearTimeout(force);
}

/** Ports that are free together: all are held until all are known. */
async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(Array.from({ length: count }, listening));
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

function listening(): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => resolve(server));
  });
}
