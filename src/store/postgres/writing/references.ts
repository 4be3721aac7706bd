/**
 * Integer ids of repeated rows: labs, kinds, environments, sessions, metadata sets. Each process queries them once; one round
 * trip returns all missing ids. They are committed before a run refers to them, so a rollback removes none. Node only.
 * @module
 */
import { createHash } from 'node:crypto';
import type { OpenRecord } from '../../interface/written';
import { RecentMap } from '../../recent-map';
import type { Connections, SchemaFunction } from '../connection/connection';
import { indexedText, storedText } from '../values/text';
import type { SetRow, SplitMetadata } from './metadata-sets';

interface KindRow {
  digest: string;
  namespace: string;
  workflow_type: string;
  activity_type: string;
  task_queue: string;
  is_local: boolean;
}

type What = 'lab' | 'kind' | 'environment' | 'session' | 'set';

/** Missing ids. The keys are those that the function `reference_ids` returns. */
export interface Wanted {
  labs: Set<string>;
  kinds: Map<string, KindRow>;
  environments: Set<string>;
  sessions: Set<string>;
  sets: Map<string, SetRow>;
}

/** Returns an empty list of missing rows. */
export function nothingWanted(): Wanted {
  return { labs: new Set(), kinds: new Map(), environments: new Set(), sessions: new Set(), sets: new Map() };
}

/** True if no id is missing. */
export function isNothing({ labs, kinds, environments, sessions, sets }: Wanted): boolean {
  return labs.size + kinds.size + environments.size + sessions.size + sets.size === 0;
}

const CACHE_CHARACTERS = 4_000_000;
const REFERENCE_IDS: SchemaFunction = {
  name: 'reference_ids',
  columns: 'what, key, id',
  parameters: ['text[]', 'json', 'text[]', 'text[]', 'json'],
};

/** Integer ids of referenced rows that this process has seen. */
export class References {
  readonly #ids = new RecentMap<number>(CACHE_CHARACTERS);

  /** Adds to `wanted` the unknown references of an opening run. */
  want(record: OpenRecord, split: SplitMetadata, wanted: Wanted): void {
    const lab = indexedText(record.lab);
    if (!this.#known('lab', lab)) wanted.labs.add(lab);
    const kind = kindOf(record);
    if (!this.#known('kind', kind.digest)) wanted.kinds.set(kind.digest, kind);
    if (!this.#known('set', split.digest)) wanted.sets.set(split.digest, split.set());
    const { environment_id, session_id } = record;
    if (environment_id !== null && !this.#known('environment', indexedText(environment_id)))
      wanted.environments.add(indexedText(environment_id));
    if (session_id !== null && !this.#known('session', indexedText(session_id)))
      wanted.sessions.add(indexedText(session_id));
  }

  /** Finds or creates the wanted rows. */
  async resolve(
    connections: Connections,
    { labs, kinds, environments, sessions, sets }: Wanted,
  ): Promise<void> {
    const rows = await connections.call<{ what: What; key: string; id: number }>(REFERENCE_IDS, [
      [...labs],
      JSON.stringify([...kinds.values()]),
      [...environments],
      [...sessions],
      JSON.stringify([...sets.values()]),
    ]);
    for (const { what, key, id } of rows) this.#ids.set(`${what} ${key}`, id);
  }

  lab(name: string): number {
    return this.#id('lab', indexedText(name));
  }

  kind(record: OpenRecord): number {
    return this.#id('kind', kindOf(record).digest);
  }

  set(digest: string): number {
    return this.#id('set', digest);
  }

  environment(id: string | null): number | null {
    return id === null ? null : this.#id('environment', indexedText(id));
  }

  session(id: string | null): number | null {
    return id === null ? null : this.#id('session', indexedText(id));
  }

  /** Call it after a referenced row was found to be deleted. */
  forget(): void {
    this.#ids.clear();
  }

  #known(what: What, key: string): boolean {
    return this.#ids.get(`${what} ${key}`) !== undefined;
  }

  #id(what: What, key: string): number {
    const id = this.#ids.get(`${what} ${key}`);
    if (id === undefined) throw new Error(`The id of a ${what} was not requested.`);
    return id;
  }
}

const kinds = new RecentMap<KindRow>(1_000_000);

function kindOf(record: OpenRecord): KindRow {
  const { namespace, workflow_type, activity_type, task_queue, is_local } = record;
  const key = JSON.stringify([namespace, workflow_type ?? '', activity_type, task_queue, is_local ? 1 : 0]);
  let kind = kinds.get(key);
  if (kind === undefined) {
    kind = {
      digest: createHash('sha256').update(key).digest('hex'),
      namespace: storedText(namespace),
      workflow_type: storedText(workflow_type ?? ''),
      activity_type: storedText(activity_type),
      task_queue: storedText(task_queue),
      is_local,
    };
    kinds.set(key, kind);
  }
  return kind;
}
