/**
 * Names of data, their versions and contents, and the runs that used and generated them. The rows are derived: the linker reads
 * them from the facts of `data.ts`, and marks their texts for both databases.
 * @module
 */
import { COUNTED, completed, PLAIN, refers, type StoredTable, TEXT } from './table';

/** Text that the linker marks in the same way for both databases. */
const LINKED_TEXT = { ...TEXT, form: 'marked' } as const;

/** Names of data: URIs, and site-independent names. */
export const artifact: StoredTable = {
  name: 'artifact',
  key: ['id'],
  serial: 'id',
  identity: 'uri_digest',
  columns: {
    id: PLAIN,
    artifact_id: COUNTED,
    uri_digest: PLAIN,
    uri: LINKED_TEXT,
    site_name: completed(LINKED_TEXT),
    type: COUNTED,
    first_time: COUNTED,
  },
  derived: true,
  purged: 'apart',
};

/** Contents. The same bytes have one row under all their names. */
export const content: StoredTable = {
  name: 'content',
  key: ['id'],
  serial: 'id',
  identity: 'sha256',
  columns: { id: PLAIN, sha256: PLAIN, size_bytes: COUNTED, media_type: COUNTED },
  derived: true,
};

/** Versions: a name of data with one content that it had. */
export const version: StoredTable = {
  name: 'version',
  key: ['id'],
  serial: 'id',
  columns: {
    id: PLAIN,
    artifact_id: refers('artifact.id'),
    signature: PLAIN,
    content_id: completed(refers('content.id')),
    missing: COUNTED,
    size_bytes: COUNTED,
    first_time: COUNTED,
    generated_time: COUNTED,
  },
  derived: true,
};

/** Members of directories and collections. */
export const member: StoredTable = {
  name: 'member',
  key: ['collection', 'member'],
  columns: {
    collection: refers('version.id'),
    member: refers('version.id'),
    name: completed(LINKED_TEXT),
  },
  derived: true,
};

/** The versions that runs used and generated. Rows of a deleted run stay, so that the data it generated keeps its producer. */
export const runData: StoredTable = {
  name: 'run_data',
  key: ['seq', 'version_id', 'direction'],
  columns: {
    seq: PLAIN,
    version_id: refers('version.id'),
    direction: PLAIN,
    evidence: COUNTED,
    time: COUNTED,
    paths: completed({ form: 'plain', content: 'json' }),
    artifact_id: refers('artifact.id'),
  },
  derived: true,
};

/** Significant strings of arguments and results, by digest. */
export const runValue: StoredTable = {
  name: 'run_value',
  key: ['execution_id', 'digest', 'side', 'time', 'seq'],
  columns: {
    execution_id: refers('execution.id'),
    digest: PLAIN,
    side: PLAIN,
    time: PLAIN,
    seq: refers('run.seq'),
    path: { ...LINKED_TEXT },
  },
  derived: true,
};
