/**
 * `show RUN`: one run, as a person would read it. Node only.
 * @module
 */
import type { Command } from 'commander';
import type { RunRecord } from '../model/documents';
import type { Store } from '../store/store';
import { findRun, RUN_ARGUMENT } from './reference';
import { describeRun, type RunStory } from './render/run';
import { jsonLine } from './render/text';
import type { ExitCode, Verb } from './verb';

export const show: Verb = {
  describe: (command: Command) => command.description('describe one run').argument('<run>', RUN_ARGUMENT),
  example: 'show -1',
  run: (context, [word]) =>
    context.withStore<ExitCode>(async (store) => {
      const run = await findRun(context, store, word!);
      if (context.options.json) context.print(jsonLine(run));
      else context.print(describeRun(await storyOf(store, run), context.style));
      return 0;
    }),
};

async function storyOf(store: Store, run: RunRecord): Promise<RunStory> {
  const { environment, session } = run.start.provenance;
  return {
    run,
    attempts: await store.attempts(run.start.uid),
    environment: environment ? await store.environment(environment) : null,
    session: session ? await store.session(session) : null,
  };
}
