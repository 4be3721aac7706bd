/**
 * What a purge does to one record that waits for the store: the same edits as in the store, so that what is taken in later
 * brings nothing back. Pure; the same reference comes back where there is nothing to do. Node only.
 * @module
 */

import type { Blob } from '../../model/environment';
import type { JsonObject } from '../../model/json';
import { belongsTo } from '../../record/spool/codec';
import type { WriteRecord } from '../../store/interface/written';
import type { MetadataDocument } from '../../store/metadata-index/varying';
import type { DocumentRecord } from '../../store/records/document-kind';
import { documentKind } from '../../store/records/document-rows';
import type { PurgeEdit } from './edits';

/** What is taken out of records that wait. */
export interface WaitingEdit {
  /** Undefined: it goes as a whole. */
  record(record: WriteRecord): WriteRecord | undefined;
  /** Whether bytes that are no record any more, read as text, must go. */
  text(text: string): boolean;
}

/** Takes a field or a person out of what waits. */
export function editWaiting(edit: PurgeEdit): WaitingEdit {
  return {
    record: (record) => (EDITS[record.kind] as Edit<WriteRecord['kind']>)(record as never, edit),
    text: (text) => edit.file(text),
  };
}

/** Takes one run out of what waits. */
export function dropWaiting(uid: string): WaitingEdit {
  return {
    record: (record) => (belongsTo(record) === uid ? undefined : record),
    text: (text) => text.includes(uid),
  };
}

type Edit<Kind extends WriteRecord['kind']> = (
  record: Extract<WriteRecord, { kind: Kind }>,
  edit: PurgeEdit,
) => WriteRecord;

/** Each kind with the columns that it will stand in. Names by which rows are found stay, as they do in the store. */
const EDITS: { readonly [Kind in WriteRecord['kind']]: Edit<Kind> } = {
  open(record, edit) {
    const document = JSON.parse(record.metadata) as MetadataDocument;
    const whole = edit.metadata(document);
    const metadata = whole === document ? record.metadata : JSON.stringify(whole);
    const facts = edit.column('run', 'facts', record.facts, {});
    return metadata === record.metadata && facts === record.facts ? record : { ...record, metadata, facts };
  },
  stop: (record, edit) => withText(record, 'document', 'stop', edit),
  refusal(record, edit) {
    return withText(withPart(record, 'issues', 'refusal', edit), 'document', 'refusal', edit);
  },
  context: (record, edit) => withText(record, 'document', 'context', edit),
  loss: (record, edit) => withText(record, 'detail', 'loss', edit),
  settled: (record, edit) => withPart(record, 'document', 'settled', edit),
  execution: (record, edit) => withPart(record, 'start', 'execution', edit),
  'execution-close': (record, edit) => withPart(record, 'close', 'execution', edit),
  decision: (record, edit) => withPart(record, 'decision', 'decision', edit),
  checkpoint: (record, edit) => withPart(record, 'checkpoint', 'checkpoint', edit),
  session: (record, edit) => withFiles(withPart(record, 'session', 'worker_session', edit), edit),
  log: (record, edit) => withPart(record, 'lines', 'log_line', edit),
  resolution: (record, edit) => (record.asked ? withPart(record, 'asked', 'asked_activity', edit) : record),
  answered: (record) => record,
  document: editedDocument,
  environment: (record, edit) => withFiles(withPart(record, 'environment', 'environment', edit), edit),
};

/** The members that its table's ids are read from stay. */
function editedDocument(record: DocumentRecord, edit: PurgeEdit): DocumentRecord {
  const kind = documentKind(record.of);
  if (!kind) return record;
  const { name, columns } = kind.table;
  const ids = Object.keys(kind.columns).filter((column) => columns[column]?.content === undefined);
  return withPart(record, 'document', name, edit, ids);
}

/** Without the contents that hold what goes. */
function withFiles<Of extends { blobs?: Blob[] }>(record: Of, edit: PurgeEdit): Of {
  const blobs = record.blobs?.filter(({ bytes }) => !edit.file(Buffer.from(bytes).toString('utf8')));
  return blobs?.length === record.blobs?.length ? record : { ...record, blobs };
}

function withText<Of extends WriteRecord, Key extends keyof Of & string>(
  record: Of,
  key: Key,
  table: string,
  edit: PurgeEdit,
): Of {
  const text = String(record[key]);
  const edited = edit.column(table, key, text, {});
  return edited === text ? record : { ...record, [key]: edited };
}

/** Members of a part by which rows are found. */
const NAMES = [
  'namespace',
  'workflow_id',
  'workflow_type',
  'run_id',
  'run_start',
  'activity_id',
  'activity_type',
  'task_queue',
  'lab',
  'name',
  'id',
  'session_id',
];

function withPart<Of extends WriteRecord, Key extends keyof Of & string>(
  record: Of,
  key: Key,
  table: string,
  edit: PurgeEdit,
  kept: readonly string[] = NAMES,
): Of {
  const part = record[key] as unknown as JsonObject;
  const names = Array.isArray(part) ? [] : kept.filter((name) => Object.hasOwn(part, name));
  const rest = names.length === 0 ? part : { ...part };
  for (const name of names) delete rest[name];
  const text = JSON.stringify(rest);
  const edited = edit.column(table, key, text, {});
  if (edited === text) return record;
  const parsed = JSON.parse(edited) as JsonObject;
  for (const name of names) parsed[name] = part[name]!;
  return { ...record, [key]: parsed };
}
