/**
 * Fills a large store, as a lab does in years, by SQL that both databases read. Each execution has ten
 * activities, and one has very many. Data have three links per run, as in `lineage/graph.mjs`.
 */
import { createRequire } from 'node:module';
import pg from 'pg';
import { linkStatements, placesOf, wordsOf } from '../lineage/graph.mjs';
import { SAMPLES, samples, TEMPLATES, TIME } from './samples.mjs';

const require = createRequire(import.meta.url);
const { openStore } = require('../../dist/src/store/open.js');
const { openUpkeep } = require('../../dist/src/upkeep/open.js');

const PER_EXECUTION = 10;
const BATCH = 200;
const IDENTITIES = ['run', 'execution', 'data', 'refusal', 'artifact', 'content', 'version'];
/** Log lines and checkpoints of one run. */
const LINES = 2_000;
const CHECKPOINTS = 500;

/** The names that pages are asked about, in a store of `runs` runs. */
export function worldOf(runs) {
  const places = placesOf(runs);
  const wide = Math.min(20_000, runs / 10);
  const middle = Math.floor(runs / 2) + 3;
  return {
    runs,
    wide,
    uid: uidOf(middle),
    other: uidOf(middle + TEMPLATES + 1),
    talking: uidOf(runs - 1),
    execution: executionOf(executionNumber(middle, wide)),
    wideExecution: executionOf(1),
    label: `label-${middle}`,
    artifact: `sha256:${hex(middle, 64)}`,
    focus: { campaign: uidOf(places.inCampaign), end: uidOf(places.chainEnd) },
  };
}

const hex = (n, width) => n.toString(16).padStart(width, '0');
const uidOf = (n) => `01a20ae7-350e-7632-a049-${hex(n, 12)}`;
const executionOf = (n) => `01a30ae7-350e-7632-a049-${hex(n, 12)}`;
const executionNumber = (n, wide) => (n <= wide ? 1 : Math.floor((n - 1) / PER_EXECUTION) + 1);

/** Fills a new store. */
export async function fillWorld(url, runs) {
  await putSamples(url);
  const database = await openDatabase(url);
  for (const text of statements(database.dialect, runs)) await database.run(text);
  await database.close();
}

/** Opens a connection without the product's timeouts: each statement may take minutes. */
async function openDatabase(url) {
  if (url.startsWith('postgres')) {
    const schema = new URL(url).searchParams.get('schema');
    const client = new pg.Client(url.split('?')[0]);
    await client.connect();
    await client.query(`SET search_path TO ${schema}`);
    return { dialect: 'postgres', run: (text) => client.query(text), close: () => client.end() };
  }
  const upkeep = await openUpkeep(url);
  const run = (text) => upkeep.transaction((transaction) => transaction.query(text));
  return { dialect: 'sqlite', run, close: () => upkeep.close() };
}

async function putSamples(url) {
  const store = await openStore(url, { mode: 'write', create: true });
  const records = samples();
  for (let from = 0; from < records.length; from += BATCH) {
    const answers = await store.write(records.slice(from, from + BATCH));
    const refused = answers.find(({ kind }) => kind === 'rejected');
    if (refused) throw new Error(`The store refuses ${JSON.stringify(refused)}.`);
  }
  await store.close();
}

function statements(dialect, runs) {
  const words = sqlWords(dialect);
  const { text, json, numbers, replaced, own, bigint } = words;
  const { wide } = worldOf(runs);
  const all = numbers(1, runs);
  const execution = `(CASE WHEN i <= ${wide} THEN 1 ELSE (i - 1) / ${PER_EXECUTION} + 1 END)`;
  const [uid, run_id] = [words.uid('i'), words.execution(execution)];
  const facts = replaced('facts', {
    workflow: `'scan-' || ${text(execution)}`,
    run: run_id,
    used: text('i'),
  });
  const document = replaced('stop_document', { stop: words.uid('i + 900000000'), uid, made: text('i') });
  const from = `FROM n CROSS JOIN bench_template t WHERE t.k = i % ${TEMPLATES}`;
  const start = replaced('e.start', { workflow: `'scan-' || ${text('i')}`, run: words.execution('i') });
  return [
    'DROP TABLE IF EXISTS bench_template',
    `CREATE TABLE bench_template AS SELECT row_number() OVER (ORDER BY r.seq) - 1 AS k, r.lab_id, r.metadata_id, r.kind_id, r.environment_id,
       r.session_id, r.facts, s.exit_status, s.document AS stop_document FROM run r JOIN stop s ON s.seq = r.seq WHERE r.seq > ${SAMPLES - TEMPLATES}`,
    'CREATE UNIQUE INDEX bench_template_k ON bench_template (k)',
    `${numbers(1, Math.ceil(runs / PER_EXECUTION))} INSERT INTO execution (id, run_id, namespace, workflow_id, workflow_type, first_run_id, start_time, close_time, status, start, settled) ${own}
      SELECT i + 10, ${words.execution('i')}, 'default', 'scan-' || ${text('i')}, 'dayScan', ${words.execution('i')}, ${TIME} + i * 10, ${TIME} + i * 10 + 9, 'completed',
        ${json(start)}, ${json(closeText(words))} FROM n CROSS JOIN (SELECT ${startText()} AS start) e`,
    `${all} INSERT INTO run (seq, uid, time, lab_id, scan_id, metadata_id, kind_id, execution_id, environment_id, session_id, activity_id, attempt, scheduled_time, state_id, facts, own) ${own}
      SELECT i + ${SAMPLES}, ${uid}, ${TIME} + i, lab_id, i + ${SAMPLES}, metadata_id, kind_id, ${execution} + 10, environment_id, session_id, ${text('i')}, 1,
        ${TIME} + i, 1000 + i / 50, ${json(facts)}, ${json(`'["label-' || ${text('i')} || '"]'`)} ${from}`,
    `${all} INSERT INTO stop (seq, uid, time, exit_status, document)
      SELECT i + ${SAMPLES}, ${words.uid('i + 900000000')}, ${TIME} + i + 1, exit_status, ${json(document)} ${from} AND i < ${runs - 20}`,
    `${all} INSERT INTO settled (seq, time, outcome, document)
      SELECT i + ${SAMPLES}, ${TIME} + i + 2, CASE exit_status WHEN 'fail' THEN 'failed' ELSE 'completed' END,
        ${json(`'{"schema_version":1,"run_start":"' || ${uid} || '","time":' || ${text(`${TIME} + i + 2`)} || ',"outcome":"' || CASE exit_status WHEN 'fail' THEN 'failed' ELSE 'completed' END || '","evidence":{}}'`)} ${from} AND i < ${runs - 20}`,
    `${numbers(runs - 20, runs)} INSERT INTO open_run (seq) SELECT i + ${SAMPLES} FROM n`,
    `${all} INSERT INTO run_field (path_id, value, seq) SELECT (SELECT id FROM path WHERE path = 'label'), 's:label-' || ${text('i')}, i + ${SAMPLES} FROM n`,
    `UPDATE path SET in_runs = in_runs + ${runs} WHERE path = 'label'`,
    `${all} INSERT INTO data (id, run_start, time, document) ${own} SELECT i + 10, ${uid}, ${TIME} + i, ${json(dataText(words))} FROM n`,
    `${numbers(1, Math.ceil(runs / 1_000))} INSERT INTO refusal (id, refusal_id, time, lab_id, run_id, issues, document) ${own}
      SELECT i + 10, ${words.uid('i + 800000000')}, ${TIME} + i * 1000, r.lab_id, ${words.execution('i * 100')}, r.issues, r.document FROM n CROSS JOIN (SELECT lab_id, issues, document FROM refusal LIMIT 1) r`,
    `${numbers(0, LINES - 1)} INSERT INTO log_line (owner, ordinal, time, level, message) SELECT ${words.uid(runs - 1)}, i, ${TIME} + ${runs} + i / 100.0,
      CASE i % 10 WHEN 0 THEN 'WARN' ELSE 'INFO' END, 'epoch ' || ${text('i')} || ' of the model' FROM n`,
    `${numbers(0, CHECKPOINTS - 1)} INSERT INTO checkpoint (run_start, ordinal, start_time, stop_time, document) SELECT ${words.uid(runs - 1)}, i, ${TIME} + ${runs} + i, ${TIME} + ${runs} + i + 1,
      ${json(checkpointText(words, runs))} FROM n`,
    ...linkStatements(dialect, runs, SAMPLES),
    `UPDATE lab SET scan_id = ${runs + SAMPLES + 1}`,
    `UPDATE storage SET state_id = ${Math.ceil(runs / 50) + 2_000}`,
    'DROP TABLE bench_template',
    ...(dialect === 'postgres' ? IDENTITIES.map(sequence) : []),
    'ANALYZE',
  ].map(bigint);
}

function sqlWords(dialect) {
  const { hex, ...words } = wordsOf(dialect);
  const postgres = dialect === 'postgres';
  const padded = (n) => hex(postgres ? `(${n})::bigint` : n, 12);
  return {
    ...words,
    json: (sql) => (postgres ? `(${sql})::json` : sql),
    uid: (n) => `('01a20ae7-350e-7632-a049-' || ${padded(n)})`,
    execution: (n) => `('01a30ae7-350e-7632-a049-' || ${padded(n)})`,
    replaced: (column, values) =>
      Object.entries(values).reduce(
        (sql, [word, value]) => `replace(${sql}, '@${word}@', ${value})`,
        words.text(column),
      ),
  };
}

function startText() {
  const start = {
    schema_version: 1,
    namespace: 'default',
    workflow_id: '@workflow@',
    run_id: '@run@',
    workflow_type: 'dayScan',
    start_time: TIME,
    task_queue: 'measurements',
    first_execution_run_id: '@run@',
    attempt: 1,
    args: [{ frames: 12 }],
    origin: 'sandbox',
  };
  return `'${JSON.stringify(start)}'`;
}

function closeText({ text, execution }) {
  return `'{"schema_version":1,"namespace":"default","workflow_id":"scan-' || ${text('i')} || '","run_id":"' || ${execution('i')} || '","close_time":' || ${text(`${TIME} + i * 10 + 9`)} || ',"status":"completed","origin":"server"}'`;
}

function dataText({ text, uid }) {
  const item = (name, direction, path) =>
    `{"uri":"file://beamline-7/data/' || ${text(name)} || '.h5","type":"file","direction":"${direction}","evidence":"uri","time":' || ${text(`${TIME} + i`)} || ',"paths":["${path}"],"signature":"host:1:' || ${text(name)} || ':4096:0:0","size_bytes":4096}`;
  return `'{"schema_version":1,"run_start":"' || ${uid('i')} || '","time":' || ${text(`${TIME} + i`)} || ',"inputs":"known","items":[${item('i - 1', 'used', 'args[0].path')},${item('i', 'generated', 'result.path')}]}'`;
}

function checkpointText({ text, uid }, runs) {
  return `'{"schema_version":1,"checkpoint_id":"' || ${uid('i + 700000000')} || '","run_start":"' || ${uid(runs - 1)} || '","index":' || ${text('i')} || ',"start_time":${TIME},"stop_time":${TIME + 1},"details":[{"epoch":' || ${text('i')} || ',"loss":0.25}]}'`;
}

function sequence(table) {
  const column = table === 'run' ? 'seq' : 'id';
  return `SELECT setval(pg_get_serial_sequence('${table}', '${column}'), (SELECT max(${column}) FROM ${table}))`;
}
