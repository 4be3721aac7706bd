/**
 * A store for a reader of one lab. Every method of a store is written here, so that a new method is not open to
 * such readers until its restriction is decided. Node only.
 * @module
 */
import { ProvenanceError } from '../../errors';
import type { EnvironmentUse } from '../../store/interface/details';
import type { LineageReading } from '../../store/interface/lineage-reading';
import type { OutlineReading } from '../../store/interface/outline';
import type { Store } from '../../store/store';
import { fieldsIn, RUNS_LOOKED_AT } from './fields';
import { confinedLineage } from './lineage';
import { confinedOutline } from './outline';
import { Sight } from './sight';

/** The most environments that are searched for those of the lab. */
const MANY_ENVIRONMENTS = 1_000;
const MANY_SESSIONS = 10_000;

/** The store, restricted to a lab. */
export function confinedTo(store: Store, lab: string): Store {
  return new ConfinedStore(store, lab);
}

class ConfinedStore implements Store {
  readonly location: string;
  readonly lineage: LineageReading;
  readonly outline: OutlineReading;
  readonly #store: Store;
  readonly #sight: Sight;
  readonly #lab: string;

  constructor(store: Store, lab: string) {
    this.location = store.location;
    this.#store = store;
    this.#lab = lab;
    this.#sight = new Sight(store, lab);
    this.lineage = confinedLineage(store.lineage, this.#sight);
    this.outline = confinedOutline(store.outline, this.#sight);
  }

  runs: Store['runs'] = (query) => this.#store.runs({ ...query, lab: this.#lab });
  findRuns: Store['findRuns'] = (query) => this.#store.findRuns({ ...query, lab: this.#lab });
  searchRuns: Store['searchRuns'] = (query) => this.#store.searchRuns({ ...query, lab: this.#lab });
  readRuns: Store['readRuns'] = async (numbers) => this.#sight.own(await this.#store.readRuns(numbers));
  firstRuns: Store['firstRuns'] = async (ids) => this.#sight.own(await this.#store.firstRuns(ids));
  lastRuns: Store['lastRuns'] = async (ids) => this.#sight.own(await this.#store.lastRuns(ids));
  resolve: Store['resolve'] = async (reference) => this.#sight.own(await this.#store.resolve(reference));
  attempts: Store['attempts'] = async (uid) => this.#sight.own(await this.#store.attempts(uid));
  groupRuns: Store['groupRuns'] = (query) => this.#store.groupRuns({ ...query, lab: this.#lab });

  executions: Store['executions'] = async (query) =>
    this.#ownExecutions(await this.#store.executions({ ...query, lab: this.#lab }));
  findExecutions: Store['findExecutions'] = (query) =>
    this.#store.findExecutions({ ...query, lab: this.#lab });
  readExecutions: Store['readExecutions'] = async (numbers) =>
    this.#ownExecutions(await this.#store.readExecutions(numbers));
  execution: Store['execution'] = async (run_id) => {
    const found = await this.#store.execution(run_id);
    return found && (await this.#sight.hasExecution(run_id)) ? found : null;
  };
  context: Store['context'] = async (run_id, n) =>
    (await this.#sight.hasExecution(run_id)) ? this.#store.context(run_id, n) : null;
  decisions: Store['decisions'] = async (run_id) =>
    (await this.#sight.hasExecution(run_id)) ? this.#store.decisions(run_id) : [];

  refusals: Store['refusals'] = (limit) => this.#store.refusals(limit, this.#lab);
  refusalsOf: Store['refusalsOf'] = async (run_id) =>
    (await this.#store.refusalsOf(run_id)).filter(({ lab }) => lab === this.#lab);
  /** Returns only documents that name a run of the lab. */
  documents: Store['documents'] = async (query) => {
    const found = await this.#store.documents(query);
    const uids = found.map(({ run_start }) => (typeof run_start === 'string' ? run_start : ''));
    const own = await Promise.all(uids.map((uid) => uid !== '' && this.#sight.hasRun(uid)));
    return found.filter((_, i) => own[i]);
  };

  checkpoints: Store['checkpoints'] = async (uid) =>
    (await this.#sight.hasRun(uid)) ? this.#store.checkpoints(uid) : [];
  log: Store['log'] = async (owner) => ((await this.#sight.hasOwner(owner)) ? this.#store.log(owner) : []);
  searchLog: Store['searchLog'] = async (query) => {
    const lines = await this.#store.searchLog({ ...query, lab: this.#lab });
    const run_ids = lines.flatMap(({ owner }) => ('run_id' in owner ? [owner.run_id] : []));
    const own = run_ids.length === 0 ? new Set() : await this.#sight.executions(run_ids);
    const ofOwn = await Promise.all(
      lines.map(async ({ owner }) =>
        'run_id' in owner ? own.has(owner.run_id) : this.#sight.hasRun(owner.run_start),
      ),
    );
    return lines.filter((_, i) => ofOwn[i]);
  };
  logPart: Store['logPart'] = async (query) =>
    (await this.#sight.hasOwner(query.owner)) ? this.#store.logPart(query) : [];
  logLevels: Store['logLevels'] = async (owner) =>
    (await this.#sight.hasOwner(owner)) ? this.#store.logLevels(owner) : [];
  /** The lab of a deleted run is unknown. */
  removals: Store['removals'] = async (uid) =>
    (await this.#sight.hasRun(uid)) ? this.#store.removals(uid) : [];
  lateReports: Store['lateReports'] = async (owner) =>
    (await this.#sight.hasOwner(owner)) ? this.#store.lateReports(owner) : [];
  recorded: Store['recorded'] = async (run_ids) =>
    this.#store.recorded([...(await this.#sight.executions(run_ids))]);

  environment: Store['environment'] = async (id) =>
    (await this.#sight.hasEnvironment(id)) ? this.#store.environment(id) : null;
  environments: Store['environments'] = async (limit) => {
    const all = await this.#store.environments(MANY_ENVIRONMENTS);
    const own = await Promise.all(all.map((one) => this.#sight.use(one)));
    return own.filter((one) => one !== undefined).slice(0, limit);
  };
  environmentUse: Store['environmentUse'] = async (query) => {
    const all = await this.#store.environmentUse({ ...query, limit: MANY_ENVIRONMENTS, counted: 1 });
    const own: EnvironmentUse[] = [];
    for (const one of all) {
      if (own.length >= query.limit) break;
      const used = await this.#sight.environmentUse(one, query.counted);
      if (used) own.push(used);
    }
    return own;
  };
  /** A reader who has the digest of a content already knows of it. */
  blob: Store['blob'] = (digest) => this.#store.blob(digest);
  session: Store['session'] = async (id) => {
    const found = await this.#store.session(id);
    return found?.capture?.lab === this.#lab ? found : null;
  };
  sessions: Store['sessions'] = async (limit) => {
    const all = await this.#store.sessions(MANY_SESSIONS);
    return all.filter(({ capture }) => capture?.lab === this.#lab).slice(0, limit);
  };

  labs: Store['labs'] = async () => [this.#lab];
  labRuns: Store['labRuns'] = async (query) =>
    (await this.#store.labRuns(query)).filter(({ lab }) => lab === this.#lab);
  namespaces: Store['namespaces'] = async () =>
    (await this.#store.namespaces()).filter(({ lab }) => lab === this.#lab);
  stash: Store['stash'] = (lab) => (lab === this.#lab ? this.#store.stash(lab) : this.#refuse());
  stashHistory: Store['stashHistory'] = (lab, options) =>
    lab === this.#lab ? this.#store.stashHistory(lab, options) : this.#refuse();
  fields: Store['fields'] = async (path) => fieldsIn(await this.#lastRuns(), path);
  paths: Store['paths'] = async (limit, prefix = '') =>
    fieldsIn(await this.#lastRuns())
      .map(({ path }) => path)
      .filter((path) => path.startsWith(prefix))
      .slice(0, limit);
  fieldValues: Store['fieldValues'] = async (path, limit, prefix) => {
    const fields = fieldsIn(await this.#lastRuns(), path);
    const values = fields.find((field) => field.path === path)?.values ?? [];
    return values
      .map(({ value }) => value)
      .filter((value) => prefix === undefined || (typeof value === 'string' && value.startsWith(prefix)))
      .slice(0, limit);
  };
  columnValues: Store['columnValues'] = async (name, limit) => {
    if ((await this.#store.columnValues(name, 1)) === undefined) return undefined;
    if (name === 'lab') return [this.#lab];
    const found = (await this.#lastRuns()).map(({ start }) => start.temporal[name as 'activity_type']);
    return [...new Set(found)].filter((value) => value !== undefined).slice(0, limit);
  };
  indexedPlaces: Store['indexedPlaces'] = () => this.#store.indexedPlaces();

  identity: Store['identity'] = () => this.#store.identity();
  linkState: Store['linkState'] = () => this.#store.linkState();
  lastState: Store['lastState'] = () => this.#store.lastState();
  /** What belongs to no lab, or to an unknown one, is invisible here. */
  changes: Store['changes'] = async (query) => {
    const page = await this.#store.changes(query);
    return { ...page, changes: page.changes.filter(({ lab }) => lab === this.#lab) };
  };
  removedAmong: Store['removedAmong'] = (uids) => this.#store.removedAmong(uids);
  unsettled: Store['unsettled'] = () => this.#refuse();
  unsettledStandalone: Store['unsettledStandalone'] = () => this.#refuse();
  places: Store['places'] = () => this.#refuse();
  counts: Store['counts'] = () => this.#refuse();
  tableSizes: Store['tableSizes'] = () => this.#refuse();
  losses: Store['losses'] = () => this.#refuse();
  verify: Store['verify'] = () => this.#refuse();
  write: Store['write'] = () => this.#refuse();
  changeStash: Store['changeStash'] = () => this.#refuse();
  indexValues: Store['indexValues'] = () => this.#refuse();
  trimProgress: Store['trimProgress'] = () => this.#refuse();
  link: Store['link'] = () => this.#refuse();
  forgetLinks: Store['forgetLinks'] = () => this.#refuse();
  /** The caller who opened the store closes it. */
  close: Store['close'] = async () => undefined;

  async #ownExecutions(found: Awaited<ReturnType<Store['executions']>>) {
    const own = await this.#sight.executions(found.map(({ start }) => start.run_id));
    return found.filter(({ start }) => own.has(start.run_id));
  }

  #lastRuns() {
    return this.#store.runs({ lab: this.#lab, limit: RUNS_LOOKED_AT });
  }

  #refuse(): Promise<never> {
    const message = `This needs access to the whole store, but this reader has access only to lab ${this.#lab}.`;
    return Promise.reject(new ProvenanceError('OTHER_LABS', message));
  }
}
