/**
 * Draws the map of the house in CONTRIBUTING.md from the imports of the source: `node scripts/house-map.mjs`. A test compares the page
 * with what this script draws.
 * @module
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What each room owns, in the order of the map within a floor. A room without a line here is refused. */
const OWNS = {
  'src/cli': 'the command line: one file a verb, tables, colours',
  'src/web': 'the page and its HTTP API: one descriptor a question, one folder a page',
  'src/index.ts': 'the public entry of the package',
  'src/plugin.ts': 'the plugin: the one line on a worker',
  'src/operations.ts': 'the worker of the durable operations',
  'src/workflow.ts': 'the public entry for workflow code',
  'src/activity.ts': 'the public entry for activity code',
  'src/worker': "a worker's capture: registration, session, manifest, rules, code environment, retention",
  workflows: 'the durable operations that the product offers: reconcile, backfill, retention',
  activities: 'the steps of these operations',
  'interceptors/sinks': 'records that the sandbox sends to the worker',
  'interceptors/activity':
    "an attempt's interceptor: opens the run, watches it, closes it; heartbeats and log lines",
  'interceptors/nexus.ts':
    "Nexus operations: the caller's header applies to what the operation's code starts",
  'interceptors/client': 'the client: user metadata into headers',
  'interceptors/workflow': 'the sandbox: plan metadata, headers, decisions, data flow',
  'interceptors/loss.ts': 'captures that failed, reported once each',
  'src/questions': 'the answers: runs, executions, lineage, differences, explanations, health',
  'src/settlement': "Temporal's outcome of runs and executions: reconcile, backfill",
  'src/options': "the plugin's options, the config file, capture rules, which store is used",
  'src/upkeep': 'prune, purge, scan for secrets, backup, moving a store',
  'src/stash': "the lab's stash, for programs and the command line",
  'src/record': 'the recorder: opening, delivery, outages, the spool, linking',
  'src/data': 'files and URIs that a run used or generated: names, looks, digests',
  'src/store': 'the store: tables, schema, writes, reads, search, links, integrity; SQLite and PostgreSQL',
  'src/values': 'arguments, results and errors as bounded JSON',
  'src/temporal': "what Temporal's structures mean: headers, histories, contexts, memos",
  'src/redaction': 'which texts are masked, and how',
  'src/environment': 'the code environment: git, packages, image, runtime, restore',
  'src/metadata': 'the four sources, their precedence, field rules, validation',
  'src/filter': 'the filter language',
  'src/lineage': 'which links follow from facts',
  'src/model': 'documents, identities, limits: the words of the product as types',
  'src/errors.ts': 'the errors that users can catch',
};
const MARKS = ['<!-- map: drawn by scripts/house-map.mjs -->', '<!-- end of map -->'];
const PAGE = 'CONTRIBUTING.md';
const SOURCES = /^(src|interceptors|activities|workflows)\/.*\.tsx?$/;
const IMPORT = /^(?:import|export)\s[^'"]*?from '(\.[^']+)'|^import '(\.[^']+)'/gm;

/** Returns `page` with the map that the imports under `root` give now. */
export function withMap(page, root) {
  const [start, end] = MARKS.map((mark) => page.indexOf(mark));
  if (start < 0 || end < start) throw new Error(`${PAGE} lacks the marks of the map: ${MARKS.join(' … ')}`);
  return `${page.slice(0, start)}${MARKS[0]}\n${mapOf(root)}${page.slice(end)}`;
}

function mapOf(root) {
  const rooms = roomsOf(root);
  const unknown = [...rooms.keys()].filter((room) => !OWNS[room]);
  const gone = Object.keys(OWNS).filter((room) => !rooms.has(room));
  if (gone.length > 0) throw new Error(`Remove from scripts/house-map.mjs: ${gone.join(', ')}`);
  if (unknown.length > 0)
    throw new Error(`Say in scripts/house-map.mjs what these own: ${unknown.join(', ')}`);
  const floors = floorsOf(rooms);
  const rows = Object.keys(OWNS)
    .sort((one, other) => floors.get(other) - floors.get(one))
    .map((room) => rowOf(room, rooms, floors));
  return ['| floor | room | owns | uses |', '| --- | --- | --- | --- |', ...rows, ''].join('\n');
}

function rowOf(room, rooms, floors) {
  const uses = rooms.get(room);
  const below = Object.keys(OWNS).filter((other) => uses.has(other) && !GROUND.includes(other));
  const listed = below.length > MOST_LISTED ? `${below.length} rooms below` : below.map(short).join(' ');
  return `| ${floors.get(room)} | \`${room}\` | ${OWNS[room]} | ${listed} |`;
}

/** Every room uses these: naming them in each row says nothing. */
const GROUND = ['src/model', 'src/errors.ts'];
const MOST_LISTED = 10;

function short(room) {
  return room.replace(/^src\//, '').replace(/\.ts$/, '');
}

/** Each room with the rooms that its files import, types included. */
function roomsOf(root) {
  const listed = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
  });
  const rooms = new Map();
  for (const path of listed.split('\n').filter((name) => SOURCES.test(name))) {
    const room = roomOf(path);
    const uses = rooms.get(room) ?? new Set();
    for (const match of readFileSync(join(root, path), 'utf8').matchAll(IMPORT)) {
      const target = roomOf(moduleOf(posix.join(posix.dirname(path), match[1] ?? match[2])));
      if (target !== room) uses.add(target);
    }
    rooms.set(room, uses);
  }
  return rooms;
}

/** The room of an imported module: an import names a file without its extension. */
function moduleOf(target) {
  return OWNS[`${target}.ts`] ? `${target}.ts` : target;
}

function roomOf(path) {
  const [top, second = ''] = path.split('/');
  return top === 'src' || top === 'interceptors' ? `${top}/${second}` : top;
}

/** A room's floor is one above the highest room that it uses. */
function floorsOf(rooms) {
  const floors = new Map();
  const floorOf = (room) => {
    if (!floors.has(room)) {
      floors.set(room, 0);
      floors.set(room, Math.max(-1, ...[...(rooms.get(room) ?? [])].map(floorOf)) + 1);
    }
    return floors.get(room);
  };
  for (const room of rooms.keys()) floorOf(room);
  return floors;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const root = join(import.meta.dirname, '..');
  const path = join(root, PAGE);
  writeFileSync(path, withMap(readFileSync(path, 'utf8'), root));
}
