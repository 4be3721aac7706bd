/**
 * Writes records that are one document each, by the description of their kind; the table's trigger enters them in the chain. Node only.
 * @module
 */

import type { WriteAnswer } from '../interface/written';
import type { DocumentRecord } from '../records/document-kind';
import { documentKind, rowOfDocument } from '../records/document-rows';
import type { Client } from './connection';
import { writtenForm } from './forms';
import { storedText } from './text';

/** Writes one record, in the transaction of the client. A kind that this release does not know is rejected. */
export async function writeDocument(client: Client, { of, document }: DocumentRecord): Promise<WriteAnswer> {
  const kind = documentKind(of);
  if (!kind) return { kind: 'rejected', reason: `records of kind '${of}' are not known to this release` };
  const row = rowOfDocument(kind, document);
  const values = [...row].map(([column, value]) => {
    const { form } = kind.table.columns[column]!;
    return form === 'marked' && value !== null ? storedText(String(value)) : writtenForm(form, value);
  });
  const marks = values.map((_, i) => `$${i + 1}`).join(', ');
  await client.query(
    `INSERT INTO ${kind.table.name} (${[...row.keys()].join(', ')}) VALUES (${marks}) ON CONFLICT DO NOTHING`,
    values,
  );
  return { kind: 'done' };
}
