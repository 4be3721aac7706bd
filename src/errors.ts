/**
 * Errors that the product itself raises. Each says what is wrong, where, and the way out; none holds a secret or a
 * metadata value in its message. [isolate-safe]
 * @module
 */
import type { MetadataIssue } from './model/documents';

/** What is wrong, for programs; the message says it for people, with the way out. */
export type ProvenanceErrorCode =
  | 'OPTION_INVALID'
  | 'CONFIG_INVALID'
  | 'METADATA_INVALID'
  | 'STORE_URL_INVALID'
  | 'STORE_UNREACHABLE'
  /** Who asks, or how, is refused: wrong role, password, database, TLS or right. No waiting mends it. */
  | 'STORE_REFUSED'
  /** The place can be reached, and no store was made there yet. */
  | 'STORE_MISSING'
  | 'STORE_SCHEMA_NEWER'
  | 'STORE_MOVED'
  | 'STORE_CORRUPT'
  | 'STORE_CLOSED'
  | 'STORE_BUSY'
  | 'NATIVE_MISSING'
  | 'PACKAGE_BUNDLED'
  | 'WORKFLOW_IMPORT'
  | 'SET_UP_FAILED'
  | 'FILTER_INVALID'
  /** A word has not the form of a name of a run. */
  | 'REFERENCE_INVALID'
  | 'NOT_FOUND'
  /** Of a store, what a reader of one lab may not see. */
  | 'OTHER_LABS'
  /** A list can't go on: the record that it was read up to is not in the store any more. */
  | 'CURSOR_GONE'
  /** A name that several records have. */
  | 'AMBIGUOUS'
  | 'EXPORT_INVALID';

const MARK = Symbol.for('temporal-provenance.error');

/** Base of every error that the product raises. `code` is stable; the message is for people. */
export class ProvenanceError extends Error {
  override readonly name: string = 'ProvenanceError';
  readonly code: ProvenanceErrorCode;
  readonly [MARK] = true;

  constructor(code: ProvenanceErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
  }

  /** True across copies of this module and across realms, where `instanceof` is not. */
  static is(value: unknown): value is ProvenanceError {
    return typeof value === 'object' && value !== null && (value as Record<symbol, unknown>)[MARK] === true;
  }
}

/** A name that several records have; `candidates` are names that one record has each, the first few. */
export class AmbiguousError extends ProvenanceError {
  override readonly name = 'AmbiguousError';
  readonly candidates: readonly string[];

  constructor(message: string, candidates: readonly string[]) {
    super('AMBIGUOUS', message);
    this.candidates = candidates;
  }
}

/** A metadata document that may not be recorded; lists every issue. */
export class MetadataError extends ProvenanceError {
  override readonly name = 'MetadataError';
  readonly issues: readonly MetadataIssue[];

  constructor(message: string, issues: readonly MetadataIssue[]) {
    super('METADATA_INVALID', message);
    this.issues = issues;
  }
}
