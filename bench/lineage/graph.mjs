/**
 * Fills a store with runs, data and links by SQL that both databases read. It holds campaigns of a hundred
 * runs, in which each run uses what the previous one wrote. At the end there is one chain of ten thousand runs.
 * One file is used by every run. Each run has three links.
 */
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { opening, stopping } from '../postgres/records.mjs';

const require = createRequire(import.meta.url);
const { openStore } = require('../../dist/src/store/open.js');
const { openUpkeep } = require('../../dist/src/upkeep/open.js');

export const CAMPAIGN = 100;
const CHAIN = 10_000;
/** Evidence of these links: content and uri (`src/model/link.ts`). */
const EVIDENCE = 2 + 4;
const [USED, GENERATED] = [1, 2];
const TIME = 1795000000;

/**
 * The runs that the questions are about, by their position in the graph. `n` is the number of a run and of the
 * version that it wrote.
 */
export function placesOf(runs) {
  const chain = Math.min(CHAIN, runs / 2);
  const campaigns = Math.ceil((runs - chain) / CAMPAIGN);
  const middle = Math.floor(campaigns / 2) * CAMPAIGN;
  return {
    /** A run with 61 runs before it in its campaign, each with an input and the hub: 124 nodes. */
    inCampaign: middle + 62,
    campaignStart: middle + 1,
    /** The last run of the chain, and the run that 500 runs and as many files follow. */
    chainEnd: runs,
    chainStart: runs - chain + 1,
    beforeTheEnd: runs - 500,
    chain,
    hub: runs + 1,
    campaigns,
  };
}

/** The uid of run `n`. */
export function uidOf(n) {
  const hex = n.toString(16).padStart(12, '0');
  return `01a20ae7-350e-7632-a049-${hex}`;
}

/** The sha256 (hex) of the file that run `n` wrote. */
export function sha256Of(n) {
  return n.toString(16).padStart(64, '0');
}

/**
 * Fills a new store and returns the positions in its graph. One run has written a file that exists in this
 * folder.
 */
export async function fillGraph(url, runs, folder) {
  await putSample(url);
  const database = await openUpkeep(url);
  const sql = statements(database.dialect, runs);
  await database.transaction(async (transaction) => {
    for (const text of sql) await transaction.query(text);
  });
  const places = placesOf(runs);
  const model = modelOf(places, folder);
  await database.transaction(async (transaction) => {
    await transaction.query('UPDATE content SET sha256 = ? WHERE id = ?', [model.sha256, model.n]);
    await transaction.query('ANALYZE');
  });
  await database.close();
  return { ...places, model };
}

/** A file that the eighth run of the chain has written. */
function modelOf({ chainStart }, folder) {
  const path = join(folder, 'model.json');
  const content = JSON.stringify({ coefficients: Array.from({ length: 100 }, (_, i) => i / 7) });
  writeFileSync(path, content);
  return { path, n: chainStart + 7, sha256: createHash('sha256').update(content).digest('hex') };
}

/** Writes one run as a worker does. All others are copies of it. */
async function putSample(url) {
  const store = await openStore(url, { mode: 'write', create: true });
  const open = { ...opening(0, 1) };
  const facts = JSON.parse(open.facts);
  open.facts = JSON.stringify({ ...facts, temporal: { ...facts.temporal, args: [{ energy_ev: 8979.5 }] } });
  await store.write([open, stopping(open)]);
  await store.close();
}

/** SQL in which the two databases differ. */
export function wordsOf(dialect) {
  const postgres = dialect === 'postgres';
  return {
    hex: (n, width) => (postgres ? `lpad(to_hex(${n}), ${width}, '0')` : `printf('%0${width}x', ${n})`),
    text: (n) => `CAST(${n} AS text)`,
    own: postgres ? 'OVERRIDING SYSTEM VALUE' : '',
    numbers: (from, until) =>
      `WITH RECURSIVE n(i) AS (SELECT CAST(${from} AS bigint) UNION ALL SELECT i + 1 FROM n WHERE i < ${until})`,
    bigint: (sql) => (postgres ? sql : sql.replaceAll('bigint', 'integer')),
  };
}

function statements(dialect, runs) {
  const { hex, text, own, numbers, bigint } = wordsOf(dialect);
  const uid = `'01a20ae7-350e-7632-a049-' || ${hex('i', 12)}`;
  const copied = 'lab_id, metadata_id, kind_id, environment_id, session_id, attempt, state_id, facts, own';
  const all = numbers(1, runs);
  return [
    `${all} INSERT INTO run (seq, uid, time, scan_id, activity_id, scheduled_time, ${copied}) ${own}
      SELECT i + 1, ${uid}, ${TIME} + i, i + 1, ${text('i')}, ${TIME} + i, ${copied}
      FROM n, (SELECT ${copied} FROM run LIMIT 1) sample`,
    `${all} INSERT INTO stop (seq, uid, time, exit_status, document)
      SELECT i + 1, ${uid}, ${TIME} + i, exit_status, document FROM n, (SELECT exit_status, document FROM stop LIMIT 1) sample`,
  ]
    .map(bigint)
    .concat(linkStatements(dialect, runs, 1));
}

/** The data and links of runs. A run's `seq` is its number plus `before`. */
export function linkStatements(dialect, runs, before) {
  const { hex, text, own, numbers, bigint } = wordsOf(dialect);
  const { chain, hub, campaigns } = placesOf(runs);
  const first = runs - chain + 1;
  const place = `(CASE WHEN i < ${first} THEN (i - 1) % ${CAMPAIGN} ELSE i - ${first} END)`;
  const all = numbers(1, runs);
  const versions = numbers(1, runs + 1 + campaigns + 1);
  return [
    `${versions} INSERT INTO artifact (id, artifact_id, uri_digest, uri, type, first_time) ${own}
      SELECT i, '01a20ae7-350e-7632-b049-' || ${hex('i', 12)}, ${hex('i', 64)}, 'file://beamline-7/data/' || ${text('i')} || '.h5', 'file', ${TIME} + i FROM n`,
    `${versions} INSERT INTO content (id, sha256, size_bytes, media_type) ${own}
      SELECT i, ${hex('i', 64)}, 4096, 'application/x-hdf5' FROM n`,
    `${versions} INSERT INTO version (id, artifact_id, signature, content_id, size_bytes, first_time) ${own}
      SELECT i, i, 'host:1:' || ${text('i')} || ':4096:0:0', i, 4096, ${TIME} + i FROM n`,
    // The node of a run is four times its seq (its number plus the runs before). The node of a version is four
    // times its id plus 1.
    `${all} INSERT INTO link (earlier, later, kind, evidence)
      SELECT (i + ${before}) * 4, i * 4 + 1, ${GENERATED}, ${EVIDENCE} FROM n`,
    `${all} INSERT INTO link (earlier, later, kind, evidence)
      SELECT CASE WHEN ${place} > 0 THEN (i - 1) * 4 + 1
        ELSE (${hub} + 1 + (i - 1) / ${CAMPAIGN}) * 4 + 1 END, (i + ${before}) * 4, ${USED}, ${EVIDENCE} FROM n WHERE ${place} > 0 OR i < ${first}`,
    `${all} INSERT INTO link (earlier, later, kind, evidence)
      SELECT ${hub} * 4 + 1, (i + ${before}) * 4, ${USED}, ${EVIDENCE} FROM n`,
    'UPDATE linker SET chain_n = (SELECT coalesce(max(n), 0) FROM chain)',
  ].map(bigint);
}
