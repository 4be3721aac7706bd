/**
 * `explain RUN`: why each metadata field has its value: the source that gave it, what it won over, and the change of the
 * stash that put it there. Node only.
 * @module
 */
import { isDeepStrictEqual } from 'node:util';
import type { Command } from 'commander';
import type { RunRecord, SourceName, StartDocument } from '../model/documents';
import { shortUid } from '../model/ids';
import type { Json, JsonObject } from '../model/json';
import type { StashHistoryEntry, Store } from '../store/store';
import type { Context } from './context';
import { type Colors, NotFound } from './io';
import { findRun, RUN_ARGUMENT } from './reference';
import { instant } from './render/instants';
import { type MetadataRow, metadataRows } from './render/metadata';
import { jsonLine, safe, valueText } from './render/text';
import type { ExitCode, Verb } from './verb';

const MEANING: Readonly<Record<SourceName, string>> = {
  user: 'given by whoever started the work',
  plan: "given in the workflow's code",
  inferred: 'worked out by the plugin',
  stash: "from the lab's stash",
};

/** A field with its reason. */
interface Explanation extends MetadataRow {
  /** In words, where the source alone does not say it. */
  because?: string;
  /** Change of the stash that gave the value, or the value that lost. */
  stash?: StashHistoryEntry;
}

export const explain: Verb = {
  describe: (command: Command) =>
    command
      .description('say why each metadata field of a run has its value')
      .argument('<run>', RUN_ARGUMENT)
      .argument('[field]', 'only this field'),
  example: 'explain -1 operator',
  run: (context, [word, field]) =>
    context.withStore<ExitCode>(async (store) => {
      const run = await findRun(context, store, word!);
      const all = await explanationsOf(store, run.start);
      const wanted = field === undefined ? all : all.filter((one) => one.field === field);
      if (field !== undefined && wanted.length === 0) {
        throw new NotFound(`Run ${shortUid(run.start.uid)} has no field '${field}'.`);
      }
      if (context.options.json) context.print(wanted.map((one) => jsonLine(documentOf(one))));
      else print(context, run, wanted);
      return 0;
    }),
};

async function explanationsOf(store: Store, start: StartDocument): Promise<Explanation[]> {
  const rows: Explanation[] = metadataRows(start);
  if (start.scan_id !== undefined) rows.unshift(scanId(start));
  const fromStash = rows.filter((row) => stashValue(row) !== undefined);
  if (fromStash.length === 0) return rows;
  const history = await store.stashHistory(start.provenance.lab, { limit: 100_000 });
  for (const row of fromStash) row.stash = entryOf(history, row.field, stashValue(row)!, start.time);
  return rows;
}

function scanId(start: StartDocument): Explanation {
  const source = start.provenance.sources?.scan_id;
  const counted = source === undefined || source === 'stash' || source === 'inferred';
  const { lab, scan_root } = start.provenance;
  const shares =
    scan_root === undefined ? 'one more than the run before' : `shared by all runs of execution ${scan_root}`;
  const because = counted ? `the counter of lab ${lab}, ${shares}` : undefined;
  return {
    field: 'scan_id',
    value: start.scan_id!,
    source: counted ? undefined : source,
    shadowed: [],
    because,
  };
}

/** What the stash said about the field, whether it won or lost. */
function stashValue(row: MetadataRow): Json | undefined {
  if (row.source === 'stash') return row.value;
  return row.shadowed.find(([source]) => source === 'stash')?.[1];
}

/** The last change before the run that put the value there. */
function entryOf(
  history: readonly StashHistoryEntry[],
  key: string,
  value: Json,
  time: number,
): StashHistoryEntry | undefined {
  return history
    .filter((entry) => entry.key === key && entry.time <= time && isDeepStrictEqual(entry.value, value))
    .reduce<StashHistoryEntry | undefined>(
      (last, entry) => (last && last.version > entry.version ? last : entry),
      undefined,
    );
}

function documentOf({ field, value, source, shadowed, because, stash }: Explanation): JsonObject {
  return {
    field,
    value,
    ...(source ? { source } : {}),
    ...(because ? { because } : {}),
    ...(shadowed.length > 0 ? { shadowed: Object.fromEntries(shadowed) } : {}),
    ...(stash
      ? { stash: { version: stash.version, time: stash.time, op: stash.op, author: { ...stash.author } } }
      : {}),
  };
}

function print(context: Context, run: RunRecord, wanted: readonly Explanation[]): void {
  const { colors } = context.style;
  const { start } = run;
  const number = start.scan_id === undefined ? '' : `scan ${start.scan_id}, `;
  const lines = [
    `Why the fields of ${number}${colors.bold(shortUid(start.uid))} (${instant(start.time)}) are what they are`,
  ];
  for (const one of wanted) lines.push('', ...fieldLines(one, colors));
  context.print(lines);
}

function fieldLines(one: Explanation, colors: Colors): string[] {
  const stash = one.stash ? ` (${changeText(one.stash)})` : '';
  const lines = [`${colors.bold(safe(one.field))} = ${valueText(one.value)}`];
  if (one.because) lines.push(`  ${safe(one.because)}`);
  else {
    const meaning = one.source ? MEANING[one.source] : 'source not recorded';
    lines.push(`  ${colors.cyan(one.source ?? '?')}: ${meaning}${one.source === 'stash' ? stash : ''}`);
  }
  for (const [source, value] of one.shadowed) {
    lines.push(colors.dim(`  over ${source}: ${valueText(value)}${source === 'stash' ? stash : ''}`));
  }
  return lines;
}

/** Who changed the stash, when. */
function changeText({ op, time, version, author }: StashHistoryEntry): string {
  const how = op === 'init' ? 'put there by a worker' : 'set';
  return `${how} ${instant(time)} by ${safe(author.name)}@${safe(author.host)}, version ${version}`;
}
