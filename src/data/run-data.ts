/**
 * The data of one run, from before its code runs until its document is built. Node only.
 * @module
 */
import type { DataDocument, DataType } from '../model/data';
import type { RecentMap } from '../store/recent-map';
import { CandidateSearch } from './candidates';
import type { Digests } from './digests';
import { judge, judgeRemote, type Relation } from './direction';
import { type DigestSource, dataDocument, type Finding } from './document';
import type { Look, LookTarget } from './look';
import { type NamedThing, NamedThings, type NameRules } from './named';
import type { DigestAnswer } from './thread/protocol';

/**
 * Further notes in a run's data document: values that other runs may receive, and why the document is
 * incomplete.
 */
export type RunNoted = Pick<DataDocument, 'values' | 'reasons'>;

/** The values that an attempt receives. */
export interface GivenValues {
  args: readonly unknown[];
  /** The last heartbeat details of the previous attempt. */
  left?: unknown;
}

/** Examines data. Never rejects. */
export interface Looker {
  look(targets: readonly LookTarget[]): Promise<Look[]>;
}

/** Receives the document of a run. */
export interface RunDataSink {
  /** Called when the run has ended. The promise resolves to its document, if there is anything to record. */
  ended(work: Promise<DataDocument | undefined>): void;
  lose(error: unknown): void;
}

/** What the runs of a worker share. */
export interface RunDataParts {
  rules: NameRules;
  looker: Looker;
  digests: Digests;
  /** Signatures of versions that a run of this process generated, with the run's uid. */
  generated: RecentMap<string>;
  sink: RunDataSink;
}

/** Follows one run. No method throws, or takes longer than a search of the values. */
export class RunData {
  readonly #parts: RunDataParts;
  /** Created with the first name: most runs have none. */
  #things: NamedThings | undefined;
  readonly #looks: Promise<void>[] = [];
  #run_start: string | undefined;
  #began_ms = Number.POSITIVE_INFINITY;
  #ended = false;

  constructor({ args, left }: GivenValues, parts: RunDataParts) {
    this.#parts = parts;
    const search = new CandidateSearch();
    search.searchAll(args, 'args');
    if (left !== undefined && left !== null) search.searchAll([left], 'heartbeat_details');
    this.#take(search, true, 'args_cut');
  }

  /** Called when the run is open and its code begins. */
  open(run_start: string): void {
    this.#run_start = run_start;
    this.#began_ms = Date.now();
  }

  /** Reads the details of a heartbeat. */
  heartbeat(details: readonly unknown[]): void {
    this.#guarded(() => {
      if (this.#ended) return;
      const search = new CandidateSearch();
      search.searchAll(details, 'heartbeat');
      this.#take(search, false, 'result_cut');
    });
  }

  /** Called when the code declares what it does with a file or a URI. */
  declare(data: unknown, direction: 'used' | 'generated'): void {
    this.#guarded(() => {
      const text = data instanceof URL ? data.href : data;
      if (this.#ended || typeof text !== 'string') return;
      const thing = this.#named().declare(text, direction);
      if (thing && direction === 'used' && !thing.before) this.#lookBefore([thing]);
    });
  }

  /** Called when the code has ended. @param noted other notes about the run, for the same document */
  end(returned: unknown, noted?: RunNoted): void {
    this.#guarded(() => {
      const ended_ms = Date.now();
      this.#ended = true;
      const search = new CandidateSearch();
      search.search(returned, 'result');
      this.#take(search, false, 'result_cut');
      if (this.#run_start === undefined || (!this.#things && !noted)) return;
      this.#parts.sink.ended(this.#document(this.#named(), ended_ms, noted));
    });
  }

  #guarded(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#parts.sink.lose(error);
    }
  }

  #named(): NamedThings {
    this.#things ??= new NamedThings(this.#parts.rules);
    return this.#things;
  }

  #take({ found, cut }: CandidateSearch, in_args: boolean, reason: string): void {
    if (found.length === 0 && !cut) return;
    const things = this.#named();
    const added = things.add(found, in_args);
    if (cut) things.reasons.add(reason);
    if (in_args) this.#lookBefore(added);
  }

  #lookBefore(things: readonly NamedThing[]): void {
    const local = things.filter(hasTarget);
    if (local.length === 0) return;
    const looking = this.#parts.looker.look(local.map(({ target }) => target));
    this.#looks.push(
      looking.then((looks) => {
        for (const [index, thing] of local.entries()) {
          thing.before = looks[index]!;
          // The code may change it, so it is digested as early as possible.
          if (thing.before.signature !== undefined) this.#parts.digests.of(thing.target, thing.before);
        }
      }),
    );
  }

  async #document(
    things: NamedThings,
    ended_ms: number,
    noted: RunNoted | undefined,
  ): Promise<DataDocument | undefined> {
    const all = [...things.all.values()];
    const local = all.filter(hasTarget);
    const after = local.length > 0 ? await this.#parts.looker.look(local.map(({ target }) => target)) : [];
    await Promise.all(this.#looks);
    const looks = new Map<NamedThing, Look>(local.map((thing, index) => [thing, after[index]!]));
    const findings = all.map((thing) => this.#finding(thing, looks.get(thing), ended_ms));
    if (findings.every(({ relations }) => relations.length === 0) && things.reasons.size === 0 && !noted)
      return undefined;
    const [run_start, began_ms] = [this.#run_start!, this.#began_ms];
    const reasons = [...things.reasons, ...(noted?.reasons ?? [])];
    const parts = { run_start, began_ms, ended_ms, reasons, values: noted?.values };
    return dataDocument(findings, parts, new RunDigests(things, this.#parts.digests));
  }

  #finding(thing: NamedThing, after: Look | undefined, ended_ms: number): Finding {
    const { name, site_name, paths, in_args, declared, before } = thing;
    const named = { uri: name.uri, site_name, paths };
    if (!after) return { ...named, type: 'remote', reasons: [], relations: [judgeRemote(thing)] };
    const { generated } = this.#parts;
    const made_by = after.signature === undefined ? undefined : generated.get(after.signature);
    const of_earlier_run = made_by !== undefined;
    const began_ms = this.#began_ms;
    const judged = judge({ in_args, declared, before, after, began_ms, ended_ms, of_earlier_run });
    for (const { direction, look } of judged.relations)
      if (direction === 'generated' && look?.signature !== undefined)
        generated.set(look.signature, this.#run_start!);
    return { ...named, type: typeOf(thing), ...judged };
  }
}

/** The digests of one run's findings. */
class RunDigests implements DigestSource {
  readonly #things: NamedThings;
  readonly #digests: Digests;

  constructor(things: NamedThings, digests: Digests) {
    this.#things = things;
    this.#digests = digests;
  }

  of({ uri }: Finding, { look, missing }: Relation): DigestAnswer {
    const target = this.#things.all.get(uri)?.target;
    if (!target || look === undefined) return { missing };
    const known = look.signature === undefined ? undefined : this.#digests.known(look.signature);
    if (known) return known;
    if (missing) return { missing };
    const answer = this.#digests.of(target, look);
    if (answer.missing === 'pending') this.#digests.expectReport(target, look.signature!);
    return answer;
  }
}

function hasTarget(thing: NamedThing): thing is NamedThing & { target: LookTarget } {
  return thing.target !== undefined;
}

function typeOf({ target }: NamedThing): DataType {
  return target?.list || target?.pattern !== undefined ? 'collection' : 'file';
}
