/**
 * Rows of records that are one document each.
 * @module
 */
import type { JsonObject } from '../../model/json';
import type { DocumentKind } from './document-kind';
import { DOCUMENT_KINDS } from './kinds';
import type { TableRow } from './table-row';

/** Returns the kind with a name; undefined if this release does not know it. */
export function documentKind(name: string): DocumentKind | undefined {
  return DOCUMENT_KINDS.find((kind) => kind.name === name);
}

/** Returns a document with its schema version, as it is stored. */
function versioned({ schema_version }: DocumentKind, document: JsonObject): JsonObject {
  return document.schema_version === undefined ? { schema_version, ...document } : document;
}

/** Returns the row of a document. */
export function documentRow(kind: DocumentKind, document: JsonObject): TableRow {
  const columns = Object.entries(kind.columns).map(([column, read]) => [column, read(document)]);
  const values = { ...Object.fromEntries(columns), document: JSON.stringify(versioned(kind, document)) };
  return { table: kind.table, values };
}

/**
 * Returns the uid of the run that a document belongs to. Both are deleted together. Undefined if the document is not part of a
 * run.
 */
export function runOfDocument(kind: DocumentKind, document: JsonObject): string | undefined {
  const { ofRun } = kind.table;
  const owner = ofRun && kind.columns[ofRun.column]?.(document);
  return typeof owner === 'string' ? owner : undefined;
}
