/**
 * `serve`: the page and its API, until it is interrupted. Node only.
 * @module
 */
import type { Command } from 'commander';
import { wholeNumber } from '../context';
import { UsageError } from '../io';
import type { Verb } from '../verb';

/** The verb `serve`. */
export const serve: Verb = {
  describe: (command: Command) =>
    command
      .description('show the record as pages in a browser, and as an API')
      .option('--host <address>', 'address to listen on', '127.0.0.1')
      .option('--port <n>', 'port to listen on; 0: any that is free', '8474'),
  example: 'serve --port 8474',
  run: async (context, _words, options) => {
    const { host, port } = options as { host: string; port: string };
    // Loaded when it is asked for: no other verb needs a server.
    const { serve: start } = await import('../../web/serve.js');
    const served = await start({
      store: context.url,
      labs: { lab: context.lab, only_lab: context.onlyLab },
      host,
      port: wholeNumber(port, '--port'),
    }).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE')
        throw new UsageError(
          `${host}:${port} is taken. Name another port with --port, or 0 for any that is free.`,
        );
      throw error;
    });
    context.print(served.address);
    await new Promise<void>((resolve) => {
      for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
    });
    await served.close();
    return 0;
  },
};
