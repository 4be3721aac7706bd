/**
 * Views for reading a store with other programs: sqlite3, DuckDB, pandas, a dashboard. Their names and columns are the same in
 * both dialects and do not change; tables may change at any revision. Each revision creates the views again. Columns are only
 * added, at the end. `docs/reference/sql-views.md` lists the columns.
 * @module
 */
import type { Dialect } from './migrations';

/** The differences between the dialects, as SQL. */
interface Words {
  /** Returns SQL that creates or replaces a view. */
  create(name: string): string;
  /** Returns a text of a JSON document at a path. */
  text(document: string, ...path: string[]): string;
  /** Returns a number or boolean of a JSON document at a path. */
  number(document: string, ...path: string[]): string;
  isTrue(document: string, ...path: string[]): string;
  /** The document of a session `w` as JSON. */
  sessionDocument: string;
  /** The type of `path p` and a search table's row `f`. */
  fieldType: string;
  fieldNumber: string;
  /** The text of the value, if the search table contains all of it. */
  fieldText: string;
  /** True for text of which the search table contains only a prefix. */
  isLong: string;
  /** The whole of such a text, from the document of the set `m`. */
  longOfSet: string;
  /** The whole of such a text, from the values that the run `r` stores itself. */
  longOfRun: string;
}

const sqlitePath = (path: readonly string[]) => `'$.${path.join('.')}'`;

/** The path of a field as part of a JSON path of SQLite, with each key in quotes. A key with a quote can't be written so and has no long text. */
const SQLITE_REST = `replace(p.path, '.', '"."')`;

const sqlite: Words = {
  sessionDocument: 'w.document',
  create: (name) => `DROP VIEW IF EXISTS ${name};\nCREATE VIEW ${name}`,
  text: (document, ...path) => `json_extract(${document}, ${sqlitePath(path)})`,
  number: (document, ...path) => `json_extract(${document}, ${sqlitePath(path)})`,
  isTrue: (document, ...path) => `json_extract(${document}, ${sqlitePath(path)}) = 1`,
  fieldType: `CASE WHEN typeof(f.value) <> 'text' THEN 'number' WHEN f.value >= 's:' THEN 'text' WHEN f.value = 'n:' THEN 'null' ELSE 'boolean' END`,
  fieldNumber: `CASE WHEN typeof(f.value) <> 'text' THEN f.value END`,
  fieldText: `CASE WHEN typeof(f.value) <> 'text' THEN CASE WHEN f.value = CAST(f.value AS INTEGER) THEN CAST(CAST(f.value AS INTEGER) AS TEXT)
      ELSE CAST(f.value AS TEXT) END WHEN f.value <> 'n:' THEN substr(f.value, 3) END`,
  isLong: `typeof(f.value) = 'text' AND instr(f.value, char(31)) > 0`,
  longOfSet: `(SELECT CASE json_type(m.document, '$.fields."' || ${SQLITE_REST} || '"') WHEN 'text'
        THEN json_extract(m.document, '$.fields."' || ${SQLITE_REST} || '"') END
      FROM metadata m WHERE m.id = r.metadata_id AND instr(p.path, '"') = 0)`,
  longOfRun: `(SELECT CASE json_type(r.own, '$[' || s.key || ']' || substr('."' || ${SQLITE_REST} || '"', length(json_extract(s.value, '$[1]')) + 4))
        WHEN 'text' THEN json_extract(r.own, '$[' || s.key || ']' || substr('."' || ${SQLITE_REST} || '"', length(json_extract(s.value, '$[1]')) + 4)) END
      FROM metadata m, json_each(m.slots) s WHERE m.id = r.metadata_id AND instr(p.path, '"') = 0
        AND s.value = json_array('fields', substr(p.path || '.', 1, instr(p.path || '.', '.') - 1)))`,
};

const quoted = (path: readonly string[]) => path.map((key) => `'${key}'`).join(', ');

const postgres: Words = {
  sessionDocument: 'w.document::json',
  create: (name) => `CREATE OR REPLACE VIEW ${name}`,
  text: (document, ...path) => `fact(${document}, ${quoted(path)})`,
  // Both dialects read it without decoding text. A NUL elsewhere in the document would make decoding fail.
  number: (document, ...path) => `((${document} #> '{${path.join(',')}}')::text)::double precision`,
  isTrue: (document, ...path) => `(${document} #> '{${path.join(',')}}')::text = 'true'`,
  fieldType: `CASE left(f.value, 2) WHEN '0:' THEN 'number' WHEN 's:' THEN 'text' WHEN 'n:' THEN 'null' ELSE 'boolean' END`,
  fieldNumber: 'field_number(f.value)',
  fieldText: `CASE left(f.value, 2) WHEN '0:' THEN field_number(f.value)::text WHEN 'n:' THEN NULL ELSE substr(f.value, 3) END`,
  isLong: `strpos(f.value, U&'\\001f') > 0`,
  longOfSet: `(SELECT CASE json_typeof(m.document #> array_prepend('fields', string_to_array(p.path, '.'))) WHEN 'string'
        THEN fact(m.document, VARIADIC array_prepend('fields', string_to_array(p.path, '.'))) END
      FROM metadata m WHERE m.id = r.metadata_id)`,
  longOfRun: `(SELECT CASE json_typeof(r.own #> array_prepend((s.n - 1)::text, (string_to_array(p.path, '.'))[2:])) WHEN 'string'
        THEN fact(r.own, VARIADIC array_prepend((s.n - 1)::text, (string_to_array(p.path, '.'))[2:])) END
      FROM metadata m, json_array_elements(m.slots) WITH ORDINALITY s(slot, n) WHERE m.id = r.metadata_id
        AND fact(s.slot, '0') = 'fields' AND fact(s.slot, '1') = split_part(p.path, '.', 1))`,
};

/** Returns SQL of a run's state. `statusOf` computes the same in TypeScript. */
function statusText({ isTrue }: Words): string {
  const seen = `CASE s.exit_status WHEN 'success' THEN 'completed' WHEN 'fail' THEN 'failed' WHEN 'abort' THEN 'aborted' END`;
  return `CASE
    WHEN t.outcome = 'superseded' AND s.exit_status <> 'success' THEN ${seen} || ', retried'
    WHEN t.outcome = 'superseded' THEN 'retried'
    WHEN t.outcome IS NOT NULL THEN t.outcome
    WHEN ${isTrue('s.document', 'temporal', 'completes_async')} THEN 'async'
    WHEN s.seq IS NOT NULL THEN ${seen}
    ELSE 'open' END`;
}

function runs(words: Words): string {
  const { text, number } = words;
  return `
${words.create('runs')} AS
SELECT r.uid, r.scan_id, l.name AS lab, ${statusText(words)} AS status, r.time, s.time AS stop_time,
  ${number('s.document', 'resources', 'duration_ms')} AS duration_ms,
  k.namespace, e.workflow_id, e.run_id, nullif(k.workflow_type, '') AS workflow_type, r.activity_id, k.activity_type, r.attempt,
  k.is_local, k.task_queue, r.scheduled_time, c.environment_id AS environment, c.code_id AS code, w.session_id AS session,
  ${text('r.facts', 'temporal', 'worker', 'host')} AS host,
  ${text('r.facts', 'temporal', 'worker', 'build_id')} AS build_id,
  s.exit_status, ${text('s.document', 'reason')} AS reason,
  ${text('s.document', 'temporal', 'error', 'type')} AS error_type,
  ${text('s.document', 'temporal', 'error', 'message')} AS error_message,
  t.outcome, t.time AS settled_time, r.retry_of,
  ${number('s.document', 'resources', 'max_rss_bytes')} AS max_rss_bytes,
  r.seq
FROM run r JOIN lab l ON l.id = r.lab_id JOIN kind k ON k.id = r.kind_id
  LEFT JOIN execution e ON e.id = r.execution_id LEFT JOIN environment c ON c.id = r.environment_id
  LEFT JOIN worker_session w ON w.id = r.session_id
  LEFT JOIN stop s ON s.seq = r.seq LEFT JOIN settled t ON t.seq = r.seq;
`;
}

function runValues(words: Words): string {
  const columns = (long: string) => `SELECT r.uid, p.path AS field, ${words.fieldType} AS type,
  CASE WHEN ${words.isLong} THEN coalesce(${long}, substr(f.value, 3, 160)) ELSE ${words.fieldText} END AS value,
  ${words.fieldNumber} AS number, r.seq`;
  return `
${words.create('run_values')} AS
${columns(words.longOfSet)}
FROM path p JOIN metadata_field f ON f.path_id = p.id JOIN run r ON r.metadata_id = f.metadata_id
WHERE f.value NOT IN ('o:', 'a:')
UNION ALL
${columns(words.longOfRun)}
FROM path p JOIN run_field f ON f.path_id = p.id JOIN run r ON r.seq = f.seq
WHERE f.value NOT IN ('o:', 'a:');
`;
}

function executions(words: Words): string {
  return `
${words.create('executions')} AS
SELECT e.run_id, e.namespace, e.workflow_id, nullif(e.workflow_type, '') AS workflow_type, e.first_run_id, e.parent_run_id,
  e.start_time, e.close_time, coalesce(e.status, 'open') AS status,
  (SELECT count(*) FROM run r WHERE r.execution_id = e.id) AS runs,
  (SELECT min(r.scan_id) FROM run r WHERE r.execution_id = e.id) AS first_scan_id
FROM execution e;
`;
}

function sessions({ create, text, sessionDocument }: Words): string {
  const facts = SESSION_FACTS.map((name) => `${text(sessionDocument, name)} AS ${name}`);
  return `
${create('sessions')} AS
SELECT w.session_id AS session, w.start_time, w.stop_time, ${facts.join(', ')}
FROM worker_session w;
`;
}

const SESSION_FACTS = ['namespace', 'task_queue', 'identity', 'build_id', 'host', 'environment'] as const;

function views(words: Words): string {
  return runs(words) + runValues(words) + executions(words) + sessions(words);
}

/** SQL of the views. Run it after tables and functions, with `search_path` set to the store's schema. */
export const VIEWS: Readonly<Record<Dialect, string>> = { sqlite: views(sqlite), postgres: views(postgres) };
