/**
 * `doctor`: facts about the store, and checks of the capture. Node only.
 * @module
 */

import type { Command } from 'commander';
import { examine, type Finding, worstOf } from '../../questions/health/checks';
import { type Facts, gatherFacts } from '../../questions/health/facts';
import { HEALTH_SIGNS } from '../../questions/health/finding';
import { conclusionOf } from '../../questions/health/report';
import { summaryOf } from '../../questions/health/summary';
import { jsonLine, safe } from '../../questions/shown/safe-text';
import { instant } from '../../questions/words';
import type { Context } from '../context';
import { pad } from '../terminal/text';
import type { ExitCode, Verb } from '../verb';
import { doctorSize } from './doctor-size';

/** The verb `doctor`. */
export const doctor: Verb = {
  describe: (command: Command) =>
    command
      .description('check the capture and the store: workers, losses, spool, disk, links, …')
      .option('--strict', 'exit with code 1 on warnings too')
      .option(
        '--size',
        'instead of the checks: the size of the store, its growth, and when the disk will be full',
      ),
  example: 'doctor --json',
  run: (context, _words, options) =>
    options.size === true ? doctorSize(context) : check(context, options.strict === true),
};

function check(context: Context, isStrict: boolean): Promise<ExitCode> {
  return context.ask<ExitCode>(async (scope) => {
    const facts = {
      ...(await gatherFacts(scope, context.url, context.spoolFolder())),
      config: context.config,
    };
    const findings = examine(facts);
    if (context.options.json) context.print(jsonLine(jsonOf(facts, findings)));
    else context.print(describe(context, facts, findings));
    const worst = worstOf(findings);
    const strict = worst === 'warn' && isStrict;
    if (strict) context.note('--strict: warnings count as failures.');
    return worst === 'fail' || strict ? 1 : 0;
  });
}

function jsonOf(facts: Facts, findings: Finding[]) {
  const { location, identity, counts, labs, losses, spool } = facts;
  const summary = summaryOf(facts, Date.now() / 1000);
  return { location, summary, health: worstOf(findings), findings, identity, counts, labs, losses, spool };
}

function describe(context: Context, facts: Facts, findings: readonly Finding[]): string[] {
  const { colors } = context.style;
  const { identity, counts, labs } = facts;
  const paint = { ok: colors.green, warn: colors.yellow, fail: colors.red };
  const fact = (label: string, text: string) => `  ${colors.dim(pad(label, 18))}${text}`;
  const lines = [
    colors.bold(safe(summaryOf(facts, Date.now() / 1000))),
    '',
    colors.bold(safe(facts.location)),
    fact(
      'store',
      `${identity.storage_id}, created ${instant(identity.created_time)}, state ${identity.state_id}`,
    ),
    fact('labs', labs.length === 0 ? 'none yet' : labs.map(safe).join(', ')),
    fact('runs', `${counts.runs} in ${counts.executions} executions, ${counts.refusals} refused`),
    '',
  ];
  let before: string | undefined;
  for (const { check, health, words } of findings) {
    const label = check === before ? '' : check;
    lines.push(`${paint[health](HEALTH_SIGNS[health])} ${colors.dim(pad(label, 18))}${safe(words)}`);
    before = check;
  }
  return [...lines, '', conclusion(context, facts, findings)];
}

function conclusion(context: Context, facts: Facts, findings: readonly Finding[]): string {
  const { colors } = context.style;
  const { health, words } = conclusionOf(facts, findings);
  return { ok: colors.green, warn: colors.yellow, fail: colors.red }[health](words);
}
