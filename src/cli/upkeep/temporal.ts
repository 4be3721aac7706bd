/**
 * The connection of the verbs to Temporal. `@temporalio/envconfig` reads profiles, API key and mTLS (the file and the
 * variables of Temporal's own command line). Flags override them. A plain address needs no package. Node only.
 * @module
 */
import type { Client } from '@temporalio/client';
import type { ClientConnectConfig } from '@temporalio/envconfig';
import type { Command } from 'commander';
import type { HistoryValueOptions } from '../../settlement/histories/history-policy';
import { defaultPace, type PaceOptions } from '../../settlement/pace';
import type { Context } from '../context';
import { UsageError } from '../io';

/** The flags of the verbs that connect to Temporal. */
export interface TemporalOptions {
  address?: string;
  namespace?: string;
  profile?: string;
  rps?: string;
  concurrency?: string;
}

/** Adds the options of a verb that connects to Temporal. */
export function withTemporal(command: Command): Command {
  return command
    .option(
      '--address <host:port>',
      'Temporal server (default: TEMPORAL_ADDRESS, then the profile, then localhost:7233)',
    )
    .option(
      '--namespace <name>',
      'Temporal namespace (default: TEMPORAL_NAMESPACE, then the profile, then default)',
    )
    .option('--profile <name>', "profile in Temporal's configuration file")
    .option('--rps <n>', 'requests per second (default: 10; no limit for a server on this machine)')
    .option('--concurrency <n>', 'concurrent requests (default: 20)');
}

interface Connected {
  client: Client;
  address: string;
  namespace: string;
  pace: PaceOptions;
  close(): Promise<void>;
}

/** The settings of a connection from the options and the environment, for a client and for a worker. */
export async function connectionOptions(options: TemporalOptions) {
  const config = await configOf(options, process.env);
  const address = options.address ?? config.connectionOptions.address ?? 'localhost:7233';
  return {
    connection: { ...config.connectionOptions, address },
    address,
    namespace: options.namespace ?? config.namespace ?? 'default',
    pace: paceOf(options, address),
  };
}

/** The variables that can be read without the package. */
const PLAIN = ['TEMPORAL_ADDRESS', 'TEMPORAL_NAMESPACE'];

/** Reads the profile and variables with `@temporalio/envconfig`. Without the package, an address is enough unless more is set. */
async function configOf(
  options: TemporalOptions,
  variables: NodeJS.ProcessEnv,
): Promise<ClientConnectConfig> {
  const envconfig = await import('@temporalio/envconfig').catch(() => undefined);
  if (envconfig)
    return envconfig.loadClientConnectConfig(options.profile ? { profile: options.profile } : undefined);
  const unread = Object.keys(variables).filter((name) => /^TEMPORAL_/.test(name) && !PLAIN.includes(name));
  const unreadable = options.profile ? '--profile' : unread[0];
  const address = options.address ?? variables.TEMPORAL_ADDRESS;
  if (unreadable !== undefined || !address) {
    const why = unreadable === undefined ? 'the connection' : `${unreadable} of the connection`;
    const way = unreadable === undefined ? ', or set --address HOST:PORT' : '';
    throw new UsageError(
      `@temporalio/envconfig reads ${why} and is not installed: npm install @temporalio/envconfig${way}.`,
    );
  }
  return { connectionOptions: { address }, namespace: variables.TEMPORAL_NAMESPACE };
}

/**
 * Connects a client.
 * @throws UsageError if the server can't be reached or has no such namespace
 */
export async function connect(options: TemporalOptions): Promise<Connected> {
  const { connection: where, address, namespace, pace } = await connectionOptions(options);
  const { Client, Connection } = await import('@temporalio/client');
  const connection = await Connection.connect({ ...where, connectTimeout: '5 seconds' }).catch(
    (cause: unknown) => {
      const refused = GRPC_REFUSALS.includes((cause as { code?: unknown }).code);
      throw new UsageError(
        refused
          ? `The Temporal server at ${address} rejected this client: check the API key and the certificate.`
          : `No Temporal server answers at ${address}. Set its address with --address, TEMPORAL_ADDRESS or a profile.`,
        { cause },
      );
    },
  );
  const client = new Client({ connection, namespace });
  const close = () => connection.close();
  if (await isUnknown(client, namespace)) {
    await close();
    throw new UsageError(`The Temporal server at ${address} has no namespace '${namespace}'.`);
  }
  return { client, address, namespace, pace, close };
}

/**
 * Returns how values of histories are recorded, from the config file, as for workers.
 * @throws CONFIG_INVALID, OPTION_INVALID
 */
export async function valueOptions({ config }: Context): Promise<HistoryValueOptions> {
  if (!config) return {};
  const { checkFileOptions } = await import('../../options/options.js');
  checkFileOptions(config);
  const { redact, values } = config.values as HistoryValueOptions;
  return { redact, values };
}

const GRPC_NOT_FOUND = 5;
/** PERMISSION_DENIED, UNAUTHENTICATED. */
const GRPC_REFUSALS: readonly unknown[] = [7, 16];

/** True if the server reports a missing namespace. A server without the right to look it up reports nothing. */
async function isUnknown(client: Client, namespace: string): Promise<boolean> {
  try {
    await client.workflowService.describeNamespace({ namespace });
    return false;
  } catch (error) {
    return (error as { code?: unknown }).code === GRPC_NOT_FOUND;
  }
}

function paceOf(options: TemporalOptions, address: string): PaceOptions {
  const pace = defaultPace(address);
  if (options.rps !== undefined) pace.requests_per_second = positive(options.rps, '--rps');
  if (options.concurrency !== undefined)
    pace.concurrency = Math.floor(positive(options.concurrency, '--concurrency'));
  return pace;
}

function positive(text: string, name: string): number {
  const value = Number(text);
  if (Number.isFinite(value) && value >= 1) return value;
  throw new UsageError(`${name} takes a number from 1, not '${text}'.`);
}
