/**
 * `rebuild`: derives the links between runs and data again from the records. Node only.
 * @module
 */
import type { Command } from 'commander';
import { jsonLine } from '../../questions/shown/safe-text';
import { deriveLinks } from '../../store/catch-up';
import type { Store } from '../../store/store';
import type { Context } from '../context';
import type { ExitCode, Verb } from '../verb';

/** The time between two progress lines on a terminal. */
const PROGRESS_EVERY_MS = 500;

/** The verb `rebuild`. */
export const rebuild: Verb = {
  describe: (command: Command) =>
    command.description(
      'derive the links between runs and data again from the records; the records do not change',
    ),
  example: 'rebuild --store sqlite:provenance.db',
  run: (context) =>
    context.withStore<ExitCode>(
      async (store) => {
        const before = performance.now();
        await store.forgetLinks();
        await deriveLinks(store, { onPage: progress(context, store) });
        const seconds = (performance.now() - before) / 1000;
        const { behind, waiting } = await store.linkState();
        if (context.options.json)
          context.print(jsonLine({ location: store.location, seconds, behind, waiting }));
        else context.print(describe(store.location, seconds, waiting));
        return 0;
      },
      { mode: 'write' },
    ),
};

/** Prints progress, only on a terminal. */
function progress(context: Context, store: Store): (() => Promise<void>) | undefined {
  if (!context.io.stderr.isTTY) return undefined;
  let reported_ms = performance.now();
  return async () => {
    if (performance.now() - reported_ms < PROGRESS_EVERY_MS) return;
    reported_ms = performance.now();
    const { behind, todo } = await store.linkState();
    context.note(`${behind} transactions and ${todo} runs left`);
  };
}

function describe(location: string, seconds: number, waiting: number): string {
  const waits =
    waiting === 0 ? '' : ` ${waiting} links wait for the end of an activity, which is not recorded yet.`;
  return `The links of ${location} were derived again in ${seconds.toFixed(1)} s.${waits}`;
}
