/**
 * `serve`: serves the page and its API until it is interrupted. Node only.
 * @module
 */
import { constants, setPriority } from 'node:os';
import type { Command } from 'commander';
import { ProvenanceError } from '../../errors';
import { isWebAddress, NO_WEB_ADDRESS, type ServeFileOptions } from '../../options/serve-options';
import { locationOf } from '../../questions/scope';
import { type Context, wholeNumber } from '../context';
import { UsageError } from '../io';
import type { Verb } from '../verb';

interface ServeFlags {
  host: string;
  port: string;
  allowHost: string[];
  insecure?: boolean;
  temporalUi?: string;
}

/** The verb `serve`. */
export const serve: Verb = {
  describe: (command: Command) =>
    command
      .description('serve the store as web pages and as an API (read-only)')
      .option('--host <address>', 'address to listen on', '127.0.0.1')
      .option('--port <n>', 'port to listen on; 0 picks a free one', '8474')
      .option(
        '--allow-host <name>',
        'an additional host name of this server, such as that of a proxy (repeatable)',
        collected,
        [],
      )
      .option('--temporal-ui <url>', "address of Temporal's Web UI, for links to executions")
      .option('--insecure', 'let other machines read without a token'),
  example: 'serve --port 8474',
  run: async (context, _words, options) => {
    const flags = options as unknown as ServeFlags;
    const location = await checkStore(context);
    const served = await start(context, flags);
    // The listener is installed first, because a program may send the signal as soon as it reads the address.
    const stopped = interrupted();
    context.print(
      context.options.json
        ? JSON.stringify({ address: served.address })
        : `Serving ${location} at ${served.address} (read-only). Press Ctrl-C to stop.`,
    );
    await stopped;
    await served.close();
    return 0;
  },
};

/** Reports permanent errors of the store at start, not on every page. @returns the location of the store */
async function checkStore(context: Context): Promise<string> {
  try {
    return await context.ask(async (scope) => locationOf(scope));
  } catch (error) {
    if (!ProvenanceError.is(error) || error.code !== 'STORE_BUSY') throw error;
    context.note(error.message);
    return 'the store';
  }
}

async function start(context: Context, { host, port, allowHost, insecure, temporalUi }: ServeFlags) {
  const number = wholeNumber(port, '--port');
  if (number > 65_535) throw new UsageError(`--port takes a number up to 65535, not ${port}.`);
  if (temporalUi !== undefined && !isWebAddress(temporalUi))
    throw new UsageError(`--temporal-ui ${NO_WEB_ADDRESS}, not '${temporalUi}'.`);
  giveWay();
  // Loaded here, because no other verb needs a server.
  const web = await import('../../web/serve.js');
  const file = (context.config?.values.serve ?? {}) as ServeFileOptions;
  const { tokens = [], allowHosts = [] } = file;
  try {
    return await web.serve({
      store: context.url,
      spool_folder: context.spoolFolder(),
      config: context.config,
      labs: { lab: context.lab, only_lab: context.onlyLab },
      host,
      port: number,
      allow_hosts: [...allowHosts, ...allowHost],
      tokens,
      insecure,
      temporal_ui: temporalUi ?? file.temporalUi,
      log: { fault: (line) => context.note(line) },
    });
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    const why = CANNOT_LISTEN[code];
    if (!why) throw error;
    throw new UsageError(`${host}:${port} ${why}`);
  }
}

/** Lowers the priority, so that workers on this machine never wait for readers. Threads inherit the priority. */
function giveWay(): void {
  try {
    setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
  } catch {
    // If the system does not allow it, the priority stays the same.
  }
}

const CANNOT_LISTEN: Readonly<Record<string, string>> = {
  EADDRINUSE: 'is in use. Choose another port with --port; 0 picks a free one.',
  EACCES: 'is not permitted for this user. Choose a port from 1024 with --port.',
  EADDRNOTAVAIL: 'is not an address of this machine. Set one with --host.',
  ENOTFOUND: 'cannot be resolved. Set an address of this machine with --host.',
  EAI_AGAIN: 'cannot be resolved. Set an address of this machine with --host.',
};

function interrupted(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
}

function collected(name: string, before: readonly string[]): string[] {
  return [...before, name];
}
