/**
 * Rows of records that are one document each.
 * @module
 */
import type { JsonObject } from '../../model/json';
import type { DocumentKind } from './document-kind';
import { DOCUMENT_KINDS } from './kinds';
import type { TableRow } from './table-row';

/** The kind of a name; undefined for one that this release does not know. */
export function documentKind(name: string): DocumentKind | undefined {
  return DOCUMENT_KINDS.find((kind) => kind.name === name);
}

/** A document as it is stored: it says its version. */
function versioned({ schema_version }: DocumentKind, document: JsonObject): JsonObject {
  return document.schema_version === undefined ? { schema_version, ...document } : document;
}

/** A document's row. */
export function documentRow(kind: DocumentKind, document: JsonObject): TableRow {
  const columns = Object.entries(kind.columns).map(([column, read]) => [column, read(document)]);
  const values = { ...Object.fromEntries(columns), document: JSON.stringify(versioned(kind, document)) };
  return { table: kind.table, values };
}

/** uid of the run that a document is a part of, and goes with; undefined where it is about something else. */
export function runOfDocument(kind: DocumentKind, document: JsonObject): string | undefined {
  const { ofRun } = kind.table;
  const owner = ofRun && kind.columns[ofRun.column]?.(document);
  return typeof owner === 'string' ? owner : undefined;
}
