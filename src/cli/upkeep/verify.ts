/**
 * `verify`: checks the store for damage, and for changes after the records were written. Node only.
 * @module
 */
import type { Command } from 'commander';
import { ProvenanceError } from '../../errors';
import { jsonLine, safe } from '../../questions/shown/safe-text';
import type { ChainHead, VerifyFault, VerifyOptions, VerifyPage } from '../../store/integrity/verification';
import type { Store } from '../../store/store';
import type { Context } from '../context';
import { UsageError } from '../io';
import { pad } from '../terminal/text';
import type { ExitCode, Verb } from '../verb';

/** The number of faults that are shown; more are only counted. */
const FAULTS_SHOWN = 50;

/** The verb `verify`. */
export const verify: Verb = {
  describe: (command: Command) =>
    command
      .description(
        'check the store for damage: contents, links and final documents that were changed after they were written',
      )
      .option('--head <n:digest>', 'a link of the chain noted earlier, which must still exist'),
  example: 'verify --head 1042:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
  async run(context, _words, options) {
    const expected = typeof options.head === 'string' ? readHead(options.head) : undefined;
    const report = await examine(context, expected);
    if (context.options.json) context.print(jsonLine(report));
    else context.print(describe(context, report));
    return (report.faults.length === 0 ? 0 : 1) satisfies ExitCode;
  },
};

interface Report {
  location: string;
  /** The numbers of checked items, by part. */
  checked: { [part: string]: number };
  faults: VerifyFault[];
  fault_count: number;
  tombstoned: number;
  /** Final documents that the chain does not cover. */
  uncovered: number;
  /** Transactions and runs whose links are not derived yet. If there are any, no links were compared. */
  links_behind: number;
  head: ChainHead | null;
}

async function examine(context: Context, expected: ChainHead | undefined): Promise<Report> {
  try {
    return await context.withStore((store) => checkAll(store, { expected }));
  } catch (error) {
    // A file that is too damaged to open is a finding, not invalid usage.
    if (!ProvenanceError.is(error) || error.code !== 'STORE_CORRUPT') throw error;
    const fault: VerifyFault = { kind: 'database', what: 'database', name: null, message: error.message };
    return { ...emptyReport(context.url), faults: [fault], fault_count: 1 };
  }
}

function emptyReport(location: string): Report {
  return {
    location,
    checked: {},
    faults: [],
    fault_count: 0,
    tombstoned: 0,
    uncovered: 0,
    links_behind: 0,
    head: null,
  };
}

async function checkAll(store: Store, options: VerifyOptions): Promise<Report> {
  const report = emptyReport(store.location);
  for (
    let page = await store.verify(options);
    ;
    page = await store.verify({ ...options, after: page.next })
  ) {
    add(report, page);
    if (page.next === undefined) return report;
  }
}

function add(report: Report, page: VerifyPage): void {
  report.checked[page.part] = (report.checked[page.part] ?? 0) + page.checked;
  report.fault_count += page.faults.length;
  report.faults.push(...page.faults.slice(0, FAULTS_SHOWN - report.faults.length));
  report.tombstoned += page.tombstoned;
  report.uncovered += page.uncovered ?? 0;
  report.links_behind += page.behind ?? 0;
  report.head = page.head ?? null;
}

function readHead(text: string): ChainHead {
  const [, n, digest] = /^(\d{1,15}):(?:sha256:)?([0-9a-f]{64})$/i.exec(text.trim()) ?? [];
  if (n === undefined || digest === undefined)
    throw new UsageError(`--head takes a link as verify prints it, <n>:<64 hex digits>, not '${text}'.`);
  return { n: Number(n), digest: digest.toLowerCase() };
}

const LABELS: readonly [part: string, label: string][] = [
  ['metadata', 'metadata sets'],
  ['blob', 'contents'],
  ['links', 'links of runs'],
  ['chain', 'final documents'],
];

const BEHIND = 'not compared, because some are not derived yet: a worker or a lineage query derives them';

function describe(context: Context, report: Report): string[] {
  const { colors } = context.style;
  const fact = (label: string, text: string) => `  ${colors.dim(pad(label, 17))}${text}`;
  const lines = [
    colors.bold(safe(report.location)),
    ...LABELS.map(([part, label]) => fact(label, `${report.checked[part] ?? 0} checked`)),
  ];
  if (report.tombstoned > 0) lines.push(fact('tombstones', `${report.tombstoned} removed or cut on purpose`));
  if (report.uncovered > 0)
    lines.push(
      fact('not covered', colors.yellow(`${report.uncovered} final documents have no link in the chain`)),
    );
  if (report.links_behind > 0) lines.push(fact('links', colors.yellow(BEHIND)));
  if (report.head) lines.push(fact('chain', `${report.head.n}:${report.head.digest}`));
  if (report.fault_count === 0)
    return [...lines, colors.green('✓ sound: no damage, and nothing was changed after it was written')];
  lines.push(colors.red(`✗ ${report.fault_count} ${report.fault_count === 1 ? 'fault' : 'faults'}:`));
  lines.push(...report.faults.map(({ message }) => `  ${safe(message)}`));
  const more = report.fault_count - report.faults.length;
  return more > 0 ? [...lines, `  … and ${more} more`] : lines;
}
