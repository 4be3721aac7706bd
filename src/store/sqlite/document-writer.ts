/**
 * Writes records that are one document each, by the description of their kind. Node only.
 * @module
 */
import { textDigest } from '../integrity/digests';
import { storedText } from '../marked-text';
import type { DocumentKind, DocumentRecord, Scalar } from '../records/document-kind';
import { documentKind, rowOfDocument } from '../records/document-rows';
import { DONE, type RowAnswer } from './answers';
import type { Chain } from './chain';
import type { Database, Statement } from './connection';

/** Writes such records in the transaction that is under way. */
export class DocumentWriter {
  readonly #db: Database;
  readonly #chain: Chain;
  readonly #inserts = new Map<string, Statement>();

  constructor(db: Database, chain: Chain) {
    this.#db = db;
    this.#chain = chain;
  }

  write({ of, document }: DocumentRecord): RowAnswer {
    const kind = documentKind(of);
    if (!kind) return `records of kind '${of}' are not known to this release`;
    const row = rowOfDocument(kind, document);
    const { columns, chained } = kind.table;
    const values = [...row].map(([column, value]) => stored(value, columns[column]!.form));
    const id = this.#insert(kind, [...row.keys()])
      .pluck()
      .get(...values) as number | undefined;
    if (id !== undefined && chained)
      this.#chain.add(chained.what, id, textDigest(String(row.get(chained.column))));
    return DONE;
  }

  #insert({ name, table }: DocumentKind, columns: readonly string[]): Statement {
    let statement = this.#inserts.get(name);
    if (statement === undefined) {
      const marks = columns.map(() => '?').join(', ');
      statement = this.#db.prepare(
        `INSERT INTO ${table.name} (${columns.join(', ')}) VALUES (${marks}) ON CONFLICT DO NOTHING RETURNING ${table.key[0]}`,
      );
      this.#inserts.set(name, statement);
    }
    return statement;
  }
}

function stored(value: Scalar, form: string): Scalar {
  if (typeof value === 'boolean') return Number(value);
  return form === 'marked' && value !== null ? storedText(String(value)) : value;
}
