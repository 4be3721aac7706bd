/**
 * The read API for programs: the answers of the command line, as values. It only reads, and loads no worker.
 * Node only.
 * @module
 */
import { EXECUTION_FIELDS } from '../filter/execution-fields';
import { parseFilter } from '../filter/parser';
import type { RunRecord } from '../model/documents';
import type { Environment } from '../model/environment';
import type { JsonObject } from '../model/json';
import type { Checkpoint } from '../model/progress';
import { chooseLab } from '../options/choose-store';
import { checkFileOptions } from '../options/options';
import { findPlaces } from '../options/places';
import type { FoundLine } from '../store/interface/log-query';
import type { FieldUse } from '../store/read/counting/field-use';
import { artifactOf, artifactsOf } from './lineage/artifacts';
import type { ArtifactDetail, ArtifactsQuery, ArtifactView, WhichAnswer } from './lineage/data-answers';
import type { DataPlace } from './lineage/data-reference';
import { withLineageRuns } from './lineage/filter-runs';
import { lineageOf } from './lineage/lineage';
import type { Lineage, LineageArtifact, LineageQuery } from './lineage/lineage-answers';
import { whichOf } from './lineage/which';
import { countRuns, type RunCount } from './lists/counts';
import { type ExecutionView, executionsOf, executionView } from './lists/executions';
import { fieldsOf } from './lists/fields';
import { linesOf } from './lists/logged';
import { type RefusedActivity, refusedActivities } from './lists/refused';
import { type RunView, runsOf, runView } from './lists/runs';
import type {
  CountQuery,
  ExecutionsQuery,
  LogQuery,
  ProvenanceOptions,
  RefusalsQuery,
  RunReference,
  RunsQuery,
  SessionsQuery,
} from './provenance-queries';
import { findRun } from './references/run-reference';
import { findOneExecution, findSubject } from './references/subject';
import { openScope, type Scope } from './scope';
import { findEnvironment } from './stories/environments';
import { type ExecutionDocument, executionDocument, executionStoryOf } from './stories/execution-story';
import { explainRun, type FieldExplanation } from './stories/explain';
import { checkpointsOf } from './stories/run-story';
import { type SessionView, sessionsOf } from './stories/sessions';

const MANY_LINES = 200;
const MANY_SESSIONS = 50;
const MANY_REFUSALS = 1_000;

/** An execution with all that is known about it: the output of `show EXECUTION --json`, and its view. */
export interface ExecutionDetail extends ExecutionDocument, Omit<ExecutionView, keyof ExecutionDocument> {}

/**
 * A store that is open for reading. Every method rejects with a `ProvenanceError`: `NOT_FOUND` and `AMBIGUOUS`
 * for references, `REFERENCE_INVALID` for a text that is not a reference, `FILTER_INVALID`, or a code of the
 * store (`STORE_…`).
 */
export interface Provenance {
  /** URL of the store without credentials. */
  readonly location: string;
  /** The lab for scan ids and the stash; `default` if nothing names one. */
  readonly lab: string;
  /**
   * Returns runs that pass a filter, the last recorded first unless the filter has an order. They are read as
   * the caller takes them. Also rejects with `CURSOR_GONE` if `after` names no run.
   */
  runs(query?: RunsQuery): AsyncIterable<RunView>;
  /**
   * Returns one run, by any reference that the command line accepts. If a scan id names several runs, returns
   * the newest.
   */
  run(ref: RunReference): Promise<RunView>;
  /** Returns executions that pass a filter by their own fields or by the metadata of their runs. */
  executions(query?: ExecutionsQuery): AsyncIterable<ExecutionView>;
  /**
   * Returns one execution with its runs, children, decisions, refusals and log, by workflow id, Temporal's run
   * id, or a scan id that its runs share.
   */
  execution(ref: string | number): Promise<ExecutionDetail>;
  /** Explains the values of a run's metadata fields, or of one of them: source, and overridden values. */
  explain(ref: RunReference, field?: string): Promise<FieldExplanation[]>;
  /** Returns a code environment as the run's session saw it: by its id, the beginning of its id, or a run. */
  environment(ref: RunReference): Promise<Environment>;
  /**
   * Returns a kept content (patch, package list, code file) by its digest; null if it is missing. Can be passed
   * to {@link restoreCode}.
   */
  content(digest: string): Promise<{ media_type: string; bytes: Uint8Array } | null>;
  /** Returns log lines, oldest first: of a run, of an execution with its activities, or of all. */
  log(query?: LogQuery): Promise<FoundLine[]>;
  /** Returns the checkpoints of a run, by index. */
  checkpoints(ref: RunReference): Promise<Checkpoint[]>;
  /**
   * Returns activities that a rule refused, the last refused first. Those that wait for metadata show what is
   * missing, and since when.
   */
  refusals(query?: RefusalsQuery): Promise<RefusedActivity[]>;
  /** Returns worker sessions, the last to begin first: versions, rules, queue, environment, resources. */
  sessions(query?: SessionsQuery): Promise<SessionView[]>;
  /** Counts the runs that pass a filter, by fields and by time: `count({ by: ['operator', 'month'] })`. */
  count(query?: CountQuery): Promise<RunCount[]>;
  /**
   * Returns the metadata fields of runs of all labs, with their types. With `path`: only this field and those
   * below it, with its most frequent values.
   */
  fields(path?: string): Promise<FieldUse[]>;
  /**
   * Returns what something was produced from, or what was produced from it. `ref` names a run, an execution or
   * data, as in `lineage`. With `{ to }`: the paths between two.
   */
  lineage(ref: RunReference, query?: LineageQuery): Promise<Lineage>;
  /**
   * Returns the data at the origin of something, for example what a model was trained on. These are data that
   * no recorded run has generated, data of runs that received nothing recorded, and datasets.
   */
  usedData(
    ref: RunReference,
    query?: Omit<LineageQuery, 'data' | 'direction' | 'to'>,
  ): Promise<LineageArtifact[]>;
  /**
   * Returns the known facts about the content of a file or directory on this machine. `versions` is empty if
   * the content is not known.
   */
  which(path: string): Promise<WhichAnswer>;
  /** Returns artifacts, the most recently seen first. */
  artifacts(query?: ArtifactsQuery): Promise<ArtifactView[]>;
  /**
   * Returns one artifact with its versions: by name, `NAME@VERSION`, URI, digest, artifact id, or a file on
   * this machine.
   */
  artifact(ref: string): Promise<ArtifactDetail>;
  /** Returns the values of a lab's stash, with `scan_id`, the last number that was given. */
  stash(lab?: string): Promise<JsonObject>;
  /** Closes the store. */
  close(): Promise<void>;
}

/**
 * Opens a store for reading. Store and lab are chosen as for a worker of this program: options, then
 * `PROVENANCE_STORE` and `PROVENANCE_LAB`, then the nearest `temporal-provenance.json` of the program.
 * @throws (rejects) ProvenanceError: OPTION_INVALID, CONFIG_INVALID; STORE_UNREACHABLE or STORE_MISSING if
 *   there is no store (none is created); the other codes of a store
 */
export async function openProvenance(options: ProvenanceOptions = {}): Promise<Provenance> {
  const { config, store } = findPlaces(options.store, 'openProvenance: option store');
  if (config) checkFileOptions(config);
  const lab = chooseLab(options.lab, process.env, { config });
  return new OpenProvenance(await openScope(store, { lab: lab ?? 'default', only_lab: lab, ...here() }));
}

class OpenProvenance implements Provenance {
  readonly #scope: Scope;

  constructor(scope: Scope) {
    this.#scope = scope;
  }

  get location(): string {
    return this.#scope.store.location;
  }

  get lab(): string {
    return this.#scope.lab;
  }

  async *runs({ where = '', lab, attempts = true, ...query }: RunsQuery = {}): AsyncGenerator<RunView> {
    const scope = this.#of(lab);
    const { value: filter } = await withLineageRuns(scope, parseFilter(where));
    const wanted = { ...query, filter, fold_attempts: !attempts };
    for await (const run of runsOf(scope, wanted)) yield runView(run);
  }

  async run(ref: RunReference): Promise<RunView> {
    return runView(await this.#run(ref));
  }

  executions({ where = '', lab, ...query }: ExecutionsQuery = {}): AsyncIterable<ExecutionView> {
    return executionsOf(this.#of(lab), { ...query, filter: parseFilter(where, EXECUTION_FIELDS) });
  }

  async execution(ref: string | number): Promise<ExecutionDetail> {
    const { value } = await findOneExecution(this.#scope, String(ref));
    const document = executionDocument(await executionStoryOf(this.#scope, value));
    return { ...executionView(value, document.runs), ...document };
  }

  async explain(ref: RunReference, field?: string): Promise<FieldExplanation[]> {
    return (await explainRun(this.#scope, String(ref), field)).value.fields;
  }

  async environment(ref: RunReference): Promise<Environment> {
    return (await findEnvironment(this.#scope, String(ref))).value;
  }

  content(digest: string): Promise<{ media_type: string; bytes: Uint8Array } | null> {
    return this.#scope.store.blob(digest);
  }

  async log({ ref, lab, limit = MANY_LINES, ...wanted }: LogQuery = {}): Promise<FoundLine[]> {
    const scope = this.#of(lab);
    const subject = ref === undefined ? undefined : (await findSubject(scope, String(ref))).value;
    return linesOf(scope, { ...wanted, limit }, subject);
  }

  async checkpoints(ref: RunReference): Promise<Checkpoint[]> {
    return [...(await checkpointsOf(this.#scope, await this.#run(ref))).checkpoints];
  }

  async refusals({ lab, limit = MANY_REFUSALS }: RefusalsQuery = {}): Promise<RefusedActivity[]> {
    return (await refusedActivities(this.#of(lab), limit)).activities;
  }

  sessions({ limit = MANY_SESSIONS, resources }: SessionsQuery = {}): Promise<SessionView[]> {
    return sessionsOf(this.#scope, { limit, resources });
  }

  async count({ where = '', lab, by = [], report }: CountQuery = {}): Promise<RunCount[]> {
    const scope = this.#of(lab);
    const { value: filter } = await withLineageRuns(scope, parseFilter(where));
    return countRuns(scope, { filter, by, report });
  }

  fields(path?: string): Promise<FieldUse[]> {
    return fieldsOf(this.#scope, path);
  }

  async lineage(ref: RunReference, query: LineageQuery = {}): Promise<Lineage> {
    return (await lineageOf(this.#scope, String(ref), query, here())).value;
  }

  async usedData(ref: RunReference, query: LineageQuery = {}): Promise<LineageArtifact[]> {
    const { nodes } = await this.lineage(ref, { ...query, data: true });
    return nodes.filter((node) => node.type === 'artifact');
  }

  async which(path: string): Promise<WhichAnswer> {
    return (await whichOf(this.#scope, path, here())).value;
  }

  async artifacts(query: ArtifactsQuery = {}): Promise<ArtifactView[]> {
    return (await artifactsOf(this.#scope, query)).value;
  }

  async artifact(ref: string): Promise<ArtifactDetail> {
    return (await artifactOf(this.#scope, ref, here())).value;
  }

  async stash(lab: string = this.lab): Promise<JsonObject> {
    const { values, scan_id } = await this.#scope.store.stash(lab);
    return { ...values, scan_id };
  }

  close(): Promise<void> {
    return this.#scope.store.close();
  }

  async #run(ref: RunReference): Promise<RunRecord> {
    return (await findRun(this.#scope, String(ref))).value;
  }

  /** The scope of one query: its own lab, all labs, or the lab that was opened. */
  #of(lab: string | null | undefined): Scope {
    if (lab === undefined) return this.#scope;
    const { only_lab: _, ...scope } = this.#scope;
    return lab === null ? scope : { ...scope, lab, only_lab: lab };
  }
}

/** File names are resolved against the program's working directory. */
function here(): DataPlace & { cwd: string } {
  return { cwd: process.cwd() };
}
