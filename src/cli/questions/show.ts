/**
 * `show RUN` and `show EXECUTION`: one run, or one execution with its runs and children, for people. Node only.
 * @module
 */
import type { Command } from 'commander';
import type { Wanted } from '../../questions/references/subject';
import { jsonLine } from '../../questions/shown/safe-text';
import { executionDocument, executionStoryOf } from '../../questions/stories/execution-story';
import { runDocument, runStoryOf } from '../../questions/stories/run-story';
import { describeExecution } from '../render/execution';
import { describeRun } from '../render/run';
import type { ExitCode, Verb } from '../verb';
import { subjectOf, withSubject } from '../words/subject';

interface ShowOptions extends Wanted {
  all?: boolean;
  checkpoints?: boolean;
  log?: boolean;
}

/** The verb `show`. */
export const show: Verb = {
  describe: (command: Command) =>
    withSubject(command.description('show one run, or one execution with its runs and children'), '<which>')
      .option('--all', 'for an execution: show every run, child and decision')
      .option('--checkpoints', 'for a run: show every checkpoint')
      .option('--log', 'show what it logged'),
  example: 'show -1',
  run: (context, [word], options) =>
    context.ask<ExitCode>(async (scope) => {
      const { json } = context.options;
      const { all = false, checkpoints = false, log = false } = options as ShowOptions;
      const subject = await subjectOf(context, scope, word!, options as Wanted);
      if ('run' in subject) {
        if (json) context.print(jsonLine(await runDocument(scope, subject.run, { checkpoints, log })));
        else
          context.print(
            describeRun(await runStoryOf(scope, subject.run), context.style, { checkpoints, log }),
          );
      } else {
        const story = await executionStoryOf(scope, subject.execution);
        if (json) context.print(jsonLine(executionDocument(story)));
        else context.print(describeExecution(story, context.style, { all, log }));
      }
      return 0;
    }),
};
