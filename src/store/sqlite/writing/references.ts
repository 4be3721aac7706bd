/**
 * Integer ids of rows that runs refer to: kinds, executions, environments, sessions. The first run that names a row creates it.
 * Node only.
 * @module
 */

import { RecentMap } from '../../recent-map';
import type { Database, Statement } from '../connection/connection';

const CACHE_CHARACTERS = 1_000_000;

/** Ids that this writer has seen. */
export class References {
  readonly #ids = new RecentMap<number>(CACHE_CHARACTERS);
  readonly #kind: Statement;
  readonly #execution: Statement;
  readonly #environment: Statement;
  readonly #session: Statement;

  constructor(db: Database) {
    // The update changes nothing. RETURNING returns an existing row only if it is updated.
    this.#kind = db
      .prepare(
        `INSERT INTO kind (namespace, workflow_type, activity_type, task_queue, is_local)
         SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4 FROM (SELECT ? AS value) WHERE true
         ON CONFLICT DO UPDATE SET is_local = is_local RETURNING id`,
      )
      .pluck();
    this.#execution = db
      .prepare(
        `INSERT INTO execution (run_id, namespace, workflow_id, workflow_type) VALUES (?, ?, ?, ?)
         ON CONFLICT DO UPDATE SET run_id = run_id RETURNING id`,
      )
      .pluck();
    this.#environment = db
      .prepare(
        `INSERT INTO environment (environment_id) VALUES (?)
         ON CONFLICT DO UPDATE SET environment_id = environment_id RETURNING id`,
      )
      .pluck();
    this.#session = db
      .prepare(
        `INSERT INTO worker_session (session_id) VALUES (?)
         ON CONFLICT DO UPDATE SET session_id = session_id RETURNING id`,
      )
      .pluck();
  }

  /** `key`: JSON array [namespace, workflow_type, activity_type, task_queue, is_local]. */
  kind(key: string): number {
    return this.#recall('k', key, () => this.#kind.get(key));
  }

  knownExecution(run_id: string): number | undefined {
    return this.#ids.get(`x${run_id}`);
  }

  execution(run_id: string, namespace: string, workflow_id: string, workflow_type: string): number {
    return this.#recall('x', run_id, () =>
      this.#execution.get(run_id, namespace, workflow_id, workflow_type),
    );
  }

  environment(id: string | null): number | null {
    return id === null ? null : this.#recall('e', id, () => this.#environment.get(id));
  }

  session(id: string | null): number | null {
    return id === null ? null : this.#recall('s', id, () => this.#session.get(id));
  }

  forget(): void {
    this.#ids.clear();
  }

  #recall(type: string, key: string, write: () => unknown): number {
    const name = type + key;
    const known = this.#ids.get(name);
    if (known !== undefined) return known;
    const id = write() as number;
    this.#ids.set(name, id);
    return id;
  }
}
