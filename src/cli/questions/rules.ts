/**
 * `rules`: what a lab's workers require of metadata, from their sessions. Node only.
 * @module
 */
import type { Command } from 'commander';
import { findLabRules, type RulesInForce, unservedLabs } from '../../questions/lab-rules';
import { locationOf } from '../../questions/scope';
import { jsonLine, safe } from '../../questions/shown/safe-text';
import type { Context } from '../context';
import { NotFound } from '../io';
import { describeRulesInForce } from '../render/rules';
import type { ExitCode, Verb } from '../verb';

/** The verb `rules`. */
export const rules: Verb = {
  describe: (command: Command) =>
    command.description("show what a lab's workers require of metadata: fields, types, patterns, validators"),
  example: 'rules --lab beamline-7',
  run: (context) =>
    context.ask<ExitCode>(async (scope) => {
      const { lab } = scope;
      const { in_force, labs } = await findLabRules(scope);
      noteUnserved(context, labs);
      if (in_force.length === 0) {
        const known =
          labs.length > 0
            ? `labs with workers: ${labs.map(safe).join(', ')}`
            : 'no worker has used this store';
        throw new NotFound(`No worker of lab ${lab} has used ${locationOf(scope)}; ${known}.`);
      }
      if (context.options.json) context.print(in_force.map((group) => jsonLine(documentOf(lab, group))));
      else context.print(describe(context, lab, in_force));
      return 0;
    }),
};

function describe(context: Context, lab: string, groups: readonly RulesInForce[]): string[] {
  const several =
    groups.length > 1 ? [`Its workers use ${groups.length} different sets of rules, the newest first.`] : [];
  return [
    context.style.colors.bold(`Lab ${safe(lab)}`),
    ...several,
    ...groups.flatMap((group) => ['', ...describeRulesInForce(group, context.style)]),
  ];
}

function documentOf(lab: string, { digest, document, workers }: RulesInForce) {
  const worker = ({
    session_id,
    identity,
    host,
    task_queue,
    start_time,
    stop_time,
  }: RulesInForce['workers'][number]) => ({
    session_id,
    identity,
    host,
    task_queue,
    since: start_time,
    ...(stop_time !== undefined && { until: stop_time }),
  });
  return { lab, rules: digest ?? null, document: document ?? null, workers: workers.map(worker) };
}

/** Warns of rules in the config file for a lab without workers. */
function noteUnserved(context: Context, served: readonly string[]): void {
  const { config } = context;
  if (!config) return;
  for (const lab of unservedLabs(config.values.labs, served))
    context.note(`${config.path} has rules for lab ${lab}, but no worker of that lab has used this store.`);
}
