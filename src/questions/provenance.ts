/**
 * The read API for programs: what the command line answers, as values. Reads only, and loads no worker. Node only.
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

/** An execution with all that is known of it: what `show EXECUTION --json` prints, and its view. */
export interface ExecutionDetail extends ExecutionDocument, Omit<ExecutionView, keyof ExecutionDocument> {}

/**
 * A store that is read. Every method rejects with a `ProvenanceError`: `NOT_FOUND` and `AMBIGUOUS` for references,
 * `REFERENCE_INVALID` for a word that can be none, `FILTER_INVALID`, or a code of the store (`STORE_…`).
 */
export interface Provenance {
  /** URL of the store without credentials. */
  readonly location: string;
  /** Lab whose scan ids and stash are meant; `default` where nothing names one. */
  readonly lab: string;
  /** Runs that pass a filter, the last recorded first unless the filter has an order; read as they are taken. */
  runs(query?: RunsQuery): AsyncIterable<RunView>;
  /** One run, by whatever the command line takes. Where a scan id names several, the newest. */
  run(ref: RunReference): Promise<RunView>;
  /** Executions that pass a filter, by their own fields or the metadata of their runs. */
  executions(query?: ExecutionsQuery): AsyncIterable<ExecutionView>;
  /** One execution with its runs, children, decisions, refusals and log: by workflow id, Temporal's run id, or a scan id that its runs share. */
  execution(ref: string | number): Promise<ExecutionDetail>;
  /** Why the metadata fields of a run, or one of them, have their values. */
  explain(ref: RunReference, field?: string): Promise<FieldExplanation[]>;
  /** A code environment, by its id, the beginning of that, or a run; as the run's session saw it. */
  environment(ref: RunReference): Promise<Environment>;
  /** A content that is kept (patch, package list, file of code) by its digest; null where it is not there. Fits {@link restoreCode}. */
  content(digest: string): Promise<{ media_type: string; bytes: Uint8Array } | null>;
  /** What runs and workflows logged, oldest first: of a run, of an execution with its activities, or of all. */
  log(query?: LogQuery): Promise<FoundLine[]>;
  /** Checkpoints of a run, by index. */
  checkpoints(ref: RunReference): Promise<Checkpoint[]>;
  /** Activities that a rule refused, and those that wait for metadata: for what, since when. The last refused first. */
  refusals(query?: RefusalsQuery): Promise<RefusedActivity[]>;
  /** Worker sessions, the last to begin first: versions, rules, queue, environment, what they used. */
  sessions(query?: SessionsQuery): Promise<SessionView[]>;
  /** How many runs pass a filter, by fields and by time: `count({ by: ['operator', 'month'] })`. */
  count(query?: CountQuery): Promise<RunCount[]>;
  /** Metadata fields that runs carry, with their types; of `path` with those below it and its most frequent values. Of all labs. */
  fields(path?: string): Promise<FieldUse[]>;
  /** What something came from, or what came of it: a run, an execution or data, by whatever `lineage` takes. A path between two: `{ to }`. */
  lineage(ref: RunReference, query?: LineageQuery): Promise<Lineage>;
  /** Data at the beginning of something: what no recorded run has made, what runs made that were given nothing recorded, and datasets. What was used to train this model? */
  usedData(
    ref: RunReference,
    query?: Omit<LineageQuery, 'data' | 'direction' | 'to'>,
  ): Promise<LineageArtifact[]>;
  /** What is known of the content of a file or directory on this machine. `versions` is empty where the content is not known. */
  which(path: string): Promise<WhichAnswer>;
  /** Artifacts, the last met first. */
  artifacts(query?: ArtifactsQuery): Promise<ArtifactView[]>;
  /** One artifact with its versions: by name, `NAME@VERSION`, URI, digest, artifact id, or a file on this machine. */
  artifact(ref: string): Promise<ArtifactDetail>;
  /** Values of a lab's stash, with `scan_id`, the last number given. */
  stash(lab?: string): Promise<JsonObject>;
  close(): Promise<void>;
}

/**
 * Opens a store to be read. Store and lab are chosen as a worker of this program chooses them: options, then
 * `PROVENANCE_STORE` and `PROVENANCE_LAB`, then `temporal-provenance.json` beside the program or above it.
 * @throws (rejects) ProvenanceError: OPTION_INVALID, CONFIG_INVALID; STORE_UNREACHABLE or STORE_MISSING where there is no
 *   store (none is made); the other codes of a store
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

  /** The scope for one question: its own lab, all labs, or the lab that was opened. */
  #of(lab: string | null | undefined): Scope {
    if (lab === undefined) return this.#scope;
    const { only_lab: _, ...scope } = this.#scope;
    return lab === null ? scope : { ...scope, lab, only_lab: lab };
  }
}

/** Files are named from where the program runs. */
function here(): DataPlace & { cwd: string } {
  return { cwd: process.cwd() };
}
