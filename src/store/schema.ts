/**
 * The tables of the schema for typed reads. migrations/0001-first.sqlite-*.ts describe them. Node only.
 * @module
 */

import type { DataType, DigestMissing } from '../model/data';
import type { PlaceKind } from './identity';

/** Tables and columns, for typed queries. */
export interface Schema {
  storage: { storage_id: string; state_id: number; created_time: number; creator: string };
  origin: { state_id: number; storage_id: string; time: number };
  place: {
    id: number;
    storage_id: string;
    state_id: number;
    file: string;
    host: string;
    path: string;
    time: number;
    how: PlaceKind;
  };
  lab: { id: number; name: string; scan_id: number; stash_version: number };
  metadata: { id: number; digest: string; document: string; slots: string | null };
  kind: {
    id: number;
    namespace: string;
    workflow_type: string;
    activity_type: string;
    task_queue: string;
    is_local: number;
  };
  execution: {
    id: number;
    run_id: string;
    namespace: string;
    workflow_id: string;
    start: string | null;
    observed: string | null;
    settled: string | null;
  };
  context: { run_id: string; n: number; document: string };
  blob: { id: number; digest: string; media_type: string; bytes: Uint8Array };
  environment: { id: number; environment_id: string; document: string | null };
  worker_session: { id: number; session_id: string; document: string | null };
  run: {
    seq: number;
    uid: string;
    time: number;
    lab_id: number;
    scan_id: number | null;
    metadata_id: number;
    kind_id: number;
    execution_id: number | null;
    environment_id: number | null;
    activity_id: string;
    attempt: number;
    scheduled_time: number;
    activity_run_id: string | null;
    state_id: number;
    retry_of: string | null;
    facts: string;
    own: string | null;
  };
  open_run: { seq: number };
  stop: { seq: number; exit_status: 'success' | 'fail' | 'abort'; document: string };
  settled: { seq: number; document: string };
  refusal: {
    id: number;
    refusal_id: string;
    time: number;
    lab_id: number;
    run_id: string | null;
    issues: string;
    document: string;
  };
  late_report: { id: number; owner: string; kind: string; document: string };
  decision: { execution_id: number; kind: string; ordinal: number; time: number; document: string };
  asked_activity: { execution_id: number; activity_id: string; time: number; document: string };
  checkpoint: { run_start: string; ordinal: number; stop_time: number; document: string };
  log_line: {
    owner: string;
    ordinal: number;
    time: number;
    level: string;
    message: string;
    attributes: string | null;
  };
  chain: { n: number; state_id: number; entries: Uint8Array; digest: Uint8Array };
  tombstone: {
    id: number;
    what: string;
    ref: number;
    name: string;
    document_time: number | null;
    time: number;
    digest: Uint8Array;
    replacement: Uint8Array | null;
    reason: string;
    author: string;
  };
  loss: { session_id: string; loss: string; count: number; time: number; detail: string };
  data: { id: number; run_start: string; time: number; document: string };
  digest: {
    id: number;
    uri_digest: string;
    signature: string;
    sha256: string;
    time: number;
    document: string;
  };
  origins: { id: number; run_id: string; about: string; about_id: string; time: number; document: string };
  artifact: {
    id: number;
    artifact_id: string;
    uri_digest: string;
    uri: string;
    site_name: string | null;
    type: DataType;
    first_time: number;
  };
  content: { id: number; sha256: string; size_bytes: number | null; media_type: string | null };
  version: {
    id: number;
    artifact_id: number;
    signature: string;
    content_id: number | null;
    missing: DigestMissing | null;
    size_bytes: number | null;
    first_time: number;
    generated_time: number | null;
  };
  member: { collection: number; member: number; name: string };
  run_data: {
    seq: number;
    version_id: number;
    direction: number;
    evidence: number;
    time: number;
    paths: string | null;
    artifact_id: number;
  };
  run_value: {
    execution_id: number;
    digest: string;
    side: number;
    time: number;
    seq: number;
    path: string;
  };
  link_spread: { what: number; key: number; time: number; seq: number };
  link: { earlier: number; later: number; kind: number; evidence: number };
  json_path: { id: number; path: string };
  link_path: {
    later: number;
    earlier: number;
    kind: number;
    evidence: number;
    from_path: number;
    to_path: number;
  };
  wanted_link: {
    id: number;
    run_id: string;
    activity_id: string;
    update_id: string;
    later: number;
    kind: number;
    evidence: number;
    paths: string | null;
  };
  linker: { one: number; chain_n: number };
  link_todo: { seq: number };
}
