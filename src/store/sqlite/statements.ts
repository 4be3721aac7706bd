/**
 * The linker's statements on a SQLite connection. Node only.
 * @module
 */
import type { LinkStatements, LinkValue } from '../interface/linking';
import type { Database, Statement } from './connection/connection';

/** The highest number of cached statements: each length of a list has its own statement. */
const MOST_STATEMENTS = 200;

/** Statements that are prepared once. They run synchronously, although they return promises. */
export class SqliteStatements implements LinkStatements {
  readonly dialect = 'sqlite';
  readonly #db: Database;
  readonly #statements = new Map<string, Statement>();

  constructor(db: Database) {
    this.#db = db;
  }

  async query<Row extends object>(text: string, values: readonly LinkValue[] = []): Promise<Row[]> {
    const statement = this.#prepared(text);
    if (statement.reader) return statement.all(...values) as Row[];
    statement.run(...values);
    return [];
  }

  #prepared(text: string): Statement {
    let statement = this.#statements.get(text);
    if (statement === undefined) {
      if (this.#statements.size >= MOST_STATEMENTS) this.#statements.clear();
      statement = this.#db.prepare(text) as Statement;
      this.#statements.set(text, statement);
    }
    return statement;
  }
}
