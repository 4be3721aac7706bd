/**
 * Facts about what runs used and generated. These documents are final once written, and links are derived from them.
 * @module
 */
import { createHash } from 'node:crypto';
import type { JsonObject } from '../../model/json';
import type { DocumentKind } from './document-kind';
import { ID, JSON_TEXT, NAME, PLAIN } from './table';
import type { Scalar } from './table-row';

const field = (name: string) => (document: JsonObject) => document[name] as Scalar;

/** The data that a run used and generated. One document per run; the first one counts. */
export const data: DocumentKind = {
  name: 'data',
  schema_version: 1,
  table: {
    name: 'data',
    key: ['id'],
    serial: 'id',
    columns: { id: PLAIN, run_start: ID, time: PLAIN, document: JSON_TEXT },
    ofRun: { column: 'run_start', by: 'uid' },
    chained: {
      code: 7,
      what: 'data',
      label: 'data document of run',
      column: 'document',
      named: 'run_start',
      comes: 'with-row',
    },
  },
  columns: { run_start: field('run_start'), time: field('time') },
};

/** Returns the sha256 of a URI, hex. Rows of one URI are found by it, at any length of the URI. */
export function uriDigest(uri: string): string {
  return createHash('sha256').update(uri).digest('hex');
}

/**
 * The content of a version that became known after its run ended. One document per URI, signature and digest. After a worker
 * reported a missing digest, another worker can still find it.
 */
export const digest: DocumentKind = {
  name: 'digest',
  schema_version: 1,
  table: {
    name: 'digest',
    key: ['id'],
    serial: 'id',
    columns: { id: PLAIN, uri_digest: PLAIN, signature: ID, sha256: PLAIN, time: PLAIN, document: JSON_TEXT },
    chained: {
      code: 8,
      what: 'digest',
      label: 'digest of the file with the URI digest',
      column: 'document',
      named: 'uri_digest',
      comes: 'with-row',
    },
  },
  columns: {
    uri_digest: ({ uri }) => uriDigest(String(uri)),
    signature: field('signature'),
    sha256: ({ sha256 }) => (typeof sha256 === 'string' ? sha256 : ''),
    time: field('time'),
  },
};

/** The origins of parts of a value that left the sandbox. One document per execution and value; the first one counts. */
export const origins: DocumentKind = {
  name: 'origins',
  schema_version: 1,
  table: {
    name: 'origins',
    key: ['id'],
    serial: 'id',
    columns: { id: PLAIN, run_id: ID, about: PLAIN, about_id: NAME, time: PLAIN, document: JSON_TEXT },
    ofExecution: { column: 'run_id', by: 'run_id' },
    chained: {
      code: 9,
      what: 'origins',
      label: 'origins of values of execution',
      column: 'document',
      named: 'run_id',
      comes: 'with-row',
    },
  },
  columns: { run_id: field('run_id'), about: field('of'), about_id: field('id'), time: field('time') },
};
