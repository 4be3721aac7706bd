/**
 * What is copied when a store moves from SQLite to PostgreSQL: the tables in an order in which each finds what it refers to,
 * and how a column's value has to be written on the other side. Node only.
 * @module
 */

/** `text`: may hold what PostgreSQL can't; `marked`: SQLite marks it as well; `indexed`: stands in an index; `value`: of a search table. */
export type ColumnForm = 'plain' | 'text' | 'marked' | 'indexed' | 'value' | 'boolean';

export interface TransferTable {
  name: string;
  /** Rising key by which a copy goes on where it stopped; absent where all rows are offered again. */
  key?: string;
  columns: Readonly<Record<string, ColumnForm>>;
}

function table(name: string, key: string | undefined, columns: string): TransferTable {
  const forms = columns.split(' ').map((column) => {
    const [label, form = 'plain'] = column.split(':');
    return [label!, form as ColumnForm] as const;
  });
  return { name, key, columns: Object.fromEntries(forms) };
}

export const TRANSFER_TABLES: readonly TransferTable[] = [
  table('origin', undefined, 'state_id storage_id time'),
  table('lab', 'id', 'id name:indexed scan_id stash_version'),
  table('shared_scan', undefined, 'lab_id root_run_id:indexed scan_id'),
  table('stash', undefined, 'lab_id key:indexed value position'),
  table('stash_history', 'id', 'id lab_id version time op key:indexed value author'),
  table('path', 'id', 'id path:indexed in_sets in_runs'),
  table('metadata', 'id', 'id digest document slots partial:boolean'),
  table('metadata_field', undefined, 'path_id value:value metadata_id'),
  table('run_field', undefined, 'path_id value:value seq'),
  table(
    'kind',
    'id',
    'id namespace:text workflow_type:text activity_type:text task_queue:text is_local:boolean',
  ),
  table(
    'execution',
    'id',
    'id run_id:indexed namespace:text workflow_id:indexed workflow_type:text first_run_id:indexed parent_run_id:indexed start_time close_time status start observed settled',
  ),
  table('context', undefined, 'run_id:indexed n document:text'),
  table('blob', 'id', 'id digest media_type bytes'),
  table('environment', 'id', 'id environment_id:indexed code_id:indexed document'),
  table('worker_session', 'id', 'id session_id:indexed start_time stop_time document'),
  table(
    'run',
    'seq',
    'seq uid:indexed time lab_id scan_id metadata_id kind_id execution_id environment_id session_id activity_id:indexed attempt scheduled_time state_id retry_of:indexed facts own activity_run_id:indexed',
  ),
  table('open_run', undefined, 'seq'),
  table('stop', undefined, 'seq uid:text time exit_status document'),
  table('settled', undefined, 'seq time outcome document'),
  table('link', undefined, 'target source kind'),
  table('refusal', 'id', 'id refusal_id:indexed time lab_id run_id:indexed issues document'),
  table('loss', undefined, 'session_id:indexed loss:indexed count time detail:text'),
  table('late_report', 'id', 'id owner:indexed kind digest document'),
  table('decision', undefined, 'execution_id kind ordinal time name:text document'),
  table('asked_activity', undefined, 'execution_id activity_id:indexed time document'),
  table('checkpoint', undefined, 'run_start:indexed ordinal start_time stop_time document'),
  table('chain', 'n', 'n state_id entries digest'),
  table(
    'tombstone',
    'id',
    'id what ref name:indexed document_time time digest replacement reason:text author:text',
  ),
  table('log_line', undefined, 'owner:indexed ordinal time level message:marked attributes'),
];
