/**
 * Compares two runs part by part. Pure. Node only.
 * @module
 */
import type { DataDocument } from '../../model/data';
import type { RunRecord } from '../../model/documents';
import type { WorkerSession } from '../../model/environment';
import type { Json } from '../../model/json';
import type { RunData, RunDataItem } from '../lineage/data-answers';
import { errorOf, secondsOf, statusOf } from '../status';
import { metadataRows } from '../stories/metadata-rows';
import { instant } from '../words';
import type { DiffPart, DiffRow } from './answer';
import { dataRows, namedIn, placed } from './data-rows';
import { type ErrorValue, errorRows } from './error-rows';
import { partOf, type SideValue, valueRows } from './part';
import { compareValues, type NamedPlaces } from './values';

/** A run with what is compared in addition to its documents and its code. */
export interface ComparedRun {
  run: RunRecord;
  session: WorkerSession | null;
  /** What the run used and generated, joined with the producers. */
  data: RunData | undefined;
  /** The data document as the run recorded it, with the places of the names. */
  recorded: DataDocument | undefined;
}

/** All parts of two runs except code. */
export function runParts(a: ComparedRun, b: ComparedRun): DiffPart[] {
  const named = { a: namedIn(a.recorded, a.data), b: namedIn(b.recorded, b.data) };
  return [
    partOf('state', stateRows(a.run, b.run)),
    partOf('arguments', compareValues('args', argsOf(a), argsOf(b), named)),
    usedPart(a, b),
    partOf('metadata', metadataRowsOf(a.run, b.run)),
    partOf('result', resultRows(a.run, b.run, named)),
    partOf('generated', dataRows(dataOf(a, 'generated'), dataOf(b, 'generated'))),
    partOf('circumstances', circumstances(a, b)),
  ];
}

function argsOf({ run }: ComparedRun): Json {
  return run.start.temporal.args;
}

function stateRows(a: RunRecord, b: RunRecord): DiffRow[] {
  return [
    ...compareValues('activity', a.start.temporal.activity_type, b.start.temporal.activity_type),
    ...compareValues('status', statusOf(a), statusOf(b)),
    ...errorRows(errorValue(a), errorValue(b)),
  ];
}

function errorValue(run: RunRecord): ErrorValue {
  const error = errorOf(run);
  return !error && statusOf(run) === 'open' ? { unknown: OPEN } : { error };
}

const OPEN = 'not known: it is open';

function resultRows(a: RunRecord, b: RunRecord, named: NamedPlaces): DiffRow[] {
  const [one, two] = [resultOf(a), resultOf(b)];
  if (one.value === undefined || two.value === undefined) return valueRows('result', one, two);
  return compareValues('result', one.value, two.value, named);
}

function resultOf({ stop, settled }: RunRecord): SideValue {
  if (stop) return { value: stop.temporal?.result?.[0] };
  if (!settled) return { unknown: OPEN };
  return settled.outcome === 'completed' ? { unknown: 'not known: its worker recorded no end' } : {};
}

function dataOf({ data, recorded }: ComparedRun, which: 'used' | 'generated'): RunDataItem[] {
  return placed(data?.[which] ?? [], recorded);
}

function usedPart(a: ComparedRun, b: ComparedRun): DiffPart {
  const unknown = { a: notAllKnown(a.data), b: notAllKnown(b.data) };
  const remarks = (['a', 'b'] as const).flatMap((side) =>
    unknown[side] ? [`The inputs of ${side.toUpperCase()} are only partly known.`] : [],
  );
  return partOf('used', dataRows(dataOf(a, 'used'), dataOf(b, 'used'), unknown), remarks);
}

function notAllKnown(data: RunData | undefined): boolean {
  return (data?.inputs ?? 'unknown') === 'unknown';
}

/** Fields of metadata, with their sources. */
export function metadataRowsOf({ start: a }: RunRecord, { start: b }: RunRecord): DiffRow[] {
  const [one, two] = [metadataRows(a), metadataRows(b)].map(
    (rows) => new Map(rows.map((row) => [row.field, row])),
  );
  return [...new Set([...one!.keys(), ...two!.keys()])].flatMap((field) => {
    const [left, right] = [one!.get(field), two!.get(field)];
    const rows = compareValues(field, left?.value, right?.value);
    return rows.map((row) => withSources(row, left?.source, right?.source));
  });
}

type Source = NonNullable<DiffRow['a']['source']> | undefined;

/** Equal values with different sources count as equal, with a remark. */
function withSources(row: DiffRow, a: Source, b: Source): DiffRow {
  const other =
    row.how === 'equal' && a !== b
      ? `from ${a ?? 'a source that was not recorded'} in A, from ${b ?? 'a source that was not recorded'} in B`
      : undefined;
  return {
    ...row,
    a: row.a.missing === undefined && a ? { ...row.a, source: a } : row.a,
    b: row.b.missing === undefined && b ? { ...row.b, source: b } : row.b,
    ...(other && { remark: other }),
  };
}

function circumstances(a: ComparedRun, b: ComparedRun): DiffRow[] {
  const [one, two] = [circumstancesOf(a), circumstancesOf(b)];
  return Object.keys(one).flatMap((name) => valueRows(name, { value: one[name] }, { value: two[name] }));
}

/** When, where and how long: these differ between any two runs. */
function circumstancesOf({ run, session }: ComparedRun): Record<string, Json | undefined> {
  const { uid, time, scan_id, temporal, provenance } = run.start;
  const { worker, options } = temporal;
  const took = secondsOf(run);
  const resources = run.stop?.resources;
  return {
    uid,
    scan_id,
    opened: instant(time, 'milliseconds'),
    took_ms: took === undefined ? undefined : Math.round(took * 1_000_000) / 1_000,
    cpu_user_ms: resources?.cpu_user_ms,
    max_rss_bytes: resources?.max_rss_bytes,
    concurrent_runs: resources?.concurrent_runs,
    lab: provenance.lab,
    attempt: temporal.attempt,
    activity_id: temporal.activity_id,
    workflow_type: temporal.workflow_type,
    workflow_id: temporal.workflow_id,
    run_id: temporal.run_id,
    namespace: temporal.namespace,
    task_queue: temporal.task_queue,
    options: options as Json,
    host: worker.host,
    worker: worker.identity,
    build_id: worker.build_id,
    pid: session?.pid,
    user: session?.user,
  };
}
