/**
 * `lineage REF`: what a run, an execution or data came from, or what was made from it. Node only.
 * @module
 */
import type { Command } from 'commander';
import { parseInstant } from '../../filter/values';
import { EVIDENCE, type Evidence, LINK_KINDS, type LinkKind } from '../../model/link';
import { nearestName } from '../../model/nearest-name';
import { LINEAGE_ARGUMENT } from '../../questions/lineage/beginning';
import { behindRemarks } from '../../questions/lineage/catch-up';
import { lineageOf } from '../../questions/lineage/lineage';
import type { Lineage, LineageQuery } from '../../questions/lineage/lineage-answers';
import { jsonLine } from '../../questions/shown/safe-text';
import { counted } from '../../questions/words';
import { type Context, wholeNumber } from '../context';
import { UsageError } from '../io';
import { dot, mermaid } from '../render/lineage/graphs';
import { describeData, describeLineage } from '../render/lineage/page';
import type { ExitCode, Verb } from '../verb';
import { byteProgress } from './byte-progress';

const FORMS = ['tree', 'json', 'mermaid', 'dot'] as const;

interface LineageOptions {
  up?: boolean;
  down?: boolean;
  to?: string;
  parents?: boolean;
  depth?: string;
  data?: boolean;
  kind?: string;
  evidence?: string;
  asOf?: string;
  as?: string;
}

/** The verb `lineage`. */
export const lineage: Verb = {
  describe: (command: Command) =>
    command
      .description('show what a run, an execution or data came from, or what was made from it')
      .argument('<which>', LINEAGE_ARGUMENT)
      .option('--up', 'what it came from (default)')
      .option('--down', 'what was made from it')
      .option('--to <which>', 'only the paths between the two')
      .option(
        '--data',
        'only the data at the start: data that no recorded run generated, data from a run without inputs, and datasets',
      )
      .option('--depth <n>', 'maximum distance, in links')
      .option('--parents', 'also show the executions of the runs, and their parents')
      .option('--kind <kinds>', `kinds of links to follow: ${Object.keys(LINK_KINDS).join(', ')}`)
      .option('--evidence <names>', `evidence to follow: ${Object.keys(EVIDENCE).join(', ')}`)
      .option('--as-of <time>', "only what existed at that time: '2026-11-01', '2026-11-01T08:30:00Z'")
      .option('--as <form>', `output format: ${FORMS.join(', ')}`, 'tree'),
  example: 'lineage results/report.html',
  run: (context, [word], options) => {
    const given = options as LineageOptions;
    const query = queryOf(given);
    const form = context.options.json ? 'json' : oneOf(given.as ?? 'tree', FORMS, '--as');
    return context.ask<ExitCode>(async (scope) => {
      const progress = byteProgress(context);
      const place = { cwd: context.io.cwd, onBytes: progress.onBytes };
      const answer = context.withRemarks(await lineageOf(scope, word!, query, place));
      progress.end();
      context.print(linesOf(context, answer, { form, data: query.data === true }));
      for (const remark of remarksOn(answer, query)) context.note(remark);
      return answer.nodes.length > 0 ? 0 : 1;
    });
  },
};

function queryOf(options: LineageOptions): LineageQuery {
  const { up, down, to, data, parents, depth, kind, evidence, asOf } = options;
  if (up && down) throw new UsageError('Use --up or --down, not both.');
  if (down && to !== undefined) throw new UsageError('--to finds the paths in both directions: omit --down.');
  if (down && data) throw new UsageError('--data follows links upwards only: omit --down.');
  if (to !== undefined && data) throw new UsageError('Use --data or --to, not both.');
  return {
    direction: down ? 'down' : 'up',
    ...(to !== undefined && { to }),
    ...(data && { data }),
    ...(parents && { parents }),
    ...(depth !== undefined && { depth: wholeNumber(depth, '--depth', 1) }),
    ...(kind !== undefined && { kinds: listOf(kind, Object.keys(LINK_KINDS) as LinkKind[], '--kind') }),
    ...(evidence !== undefined && {
      evidence: listOf(evidence, Object.keys(EVIDENCE) as Evidence[], '--evidence'),
    }),
    ...(asOf !== undefined && { as_of: instantOf(asOf) }),
  };
}

function listOf<Name extends string>(text: string, names: readonly Name[], option: string): Name[] {
  return text.split(',').map((word) => oneOf(word.trim(), names, option));
}

function oneOf<Name extends string>(word: string, names: readonly Name[], option: string): Name {
  const found = names.find((name) => name === word);
  if (found !== undefined) return found;
  const near = nearestName(word, names);
  throw new UsageError(
    `${option} takes ${names.join(', ')}, not '${word}'${near ? `; did you mean ${near}?` : '.'}`,
  );
}

function instantOf(text: string): number {
  const seconds = parseInstant(text);
  if (seconds === undefined)
    throw new UsageError(`--as-of takes a time like '2026-11-01' or '2026-11-01T08:30:00Z', not '${text}'.`);
  return seconds;
}

function linesOf(
  context: Context,
  answer: Lineage,
  { form, data }: { form: (typeof FORMS)[number]; data: boolean },
): string[] {
  switch (form) {
    case 'json':
      return [
        ...answer.nodes.map((node) => jsonLine({ node })),
        ...answer.links.map((link) => jsonLine({ link })),
      ];
    case 'mermaid':
      return mermaid(answer);
    case 'dot':
      return dot(answer);
    case 'tree':
      if (!data) return describeLineage(answer, context.style);
      return answer.nodes.length > 0 ? describeData(answer, context.style) : [];
  }
}

/** Returns the remarks on the answer. */
function remarksOn({ nodes, links, truncated, behind, ambiguous }: Lineage, query: LineageQuery): string[] {
  const remarks = behindRemarks(behind);
  if (truncated)
    remarks.push(`The result was cut: ${nodes.length} nodes and ${links.length} links are shown.`);
  if (query.data && nodes.length === 0) remarks.push('No input data is recorded for it.');
  else if (nodes.length === 1 && links.length === 0 && query.to === undefined && !query.data)
    remarks.push(
      query.direction === 'down'
        ? 'Nothing is recorded that was made from it.'
        : 'No origin is recorded: either it has none, or none was captured.',
    );
  if (ambiguous.links.length > 0)
    remarks.push(
      `${counted(ambiguous.links.length, 'link')}, marked ?, not followed: more than one producer fits. --evidence selects which links are followed.`,
    );
  return remarks;
}
