/**
 * Errors that the product itself raises. Each message names what is wrong, where, and the solution. No message
 * holds a secret or a metadata value. [isolate-safe]
 * @module
 */
import type { MetadataIssue } from './model/documents';

/** What is wrong, for programs. The message describes it for people, with the solution. */
export type ProvenanceErrorCode =
  | 'OPTION_INVALID'
  | 'CONFIG_INVALID'
  | 'METADATA_INVALID'
  | 'STORE_URL_INVALID'
  | 'STORE_UNREACHABLE'
  /**
   * The server refuses the connection or the query: wrong role, password, database or TLS, or a missing right.
   * Waiting does not help.
   */
  | 'STORE_REFUSED'
  /** The database is reachable, but contains no store yet. */
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
  /** A text does not have the form of a reference to a run. */
  | 'REFERENCE_INVALID'
  | 'NOT_FOUND'
  /** A reader of one lab asked for something that concerns other labs of the store. */
  | 'OTHER_LABS'
  /** A list cannot continue: the record at which the previous page ended was deleted from the store. */
  | 'CURSOR_GONE'
  /** Several records have this name. */
  | 'AMBIGUOUS'
  | 'EXPORT_INVALID';

const MARK = Symbol.for('temporal-provenance.error');

/** Base of every error that the product raises. `code` is stable; the message is for people and may change. */
export class ProvenanceError extends Error {
  override readonly name: string = 'ProvenanceError';
  readonly code: ProvenanceErrorCode;
  readonly [MARK] = true;

  constructor(code: ProvenanceErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
  }

  /**
   * True for a `ProvenanceError`. Also works across copies of this module and across realms, unlike
   * `instanceof`.
   */
  static is(value: unknown): value is ProvenanceError {
    return typeof value === 'object' && value !== null && (value as Record<symbol, unknown>)[MARK] === true;
  }
}

/** Several records have the name. `candidates` contains unambiguous names of the first few of them. */
export class AmbiguousError extends ProvenanceError {
  override readonly name = 'AmbiguousError';
  readonly candidates: readonly string[];

  constructor(message: string, candidates: readonly string[]) {
    super('AMBIGUOUS', message);
    this.candidates = candidates;
  }
}

/** The metadata is invalid and cannot be recorded. Lists every issue. */
export class MetadataError extends ProvenanceError {
  override readonly name = 'MetadataError';
  readonly issues: readonly MetadataIssue[];

  constructor(message: string, issues: readonly MetadataIssue[]) {
    super('METADATA_INVALID', message);
    this.issues = issues;
  }
}
