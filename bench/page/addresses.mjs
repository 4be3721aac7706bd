/**
 * The addresses that the benchmark requests. Each contains names of the store, different ones from call to
 * call.
 */
import { environmentOf, sessionOf } from './samples.mjs';

const where = (filter) => encodeURIComponent(filter);
const hex = (n, width) => n.toString(16).padStart(width, '0');
const uidOf = (n) => `01a20ae7-350e-7632-a049-${hex(n, 12)}`;
const executionOf = (n) => `01a30ae7-350e-7632-a049-${hex(n, 12)}`;

/** Positions all over the store, another one for each call. */
function placed({ runs, wide }, call) {
  const n = wide + 1 + (((call + 1) * 7_919_017) % (runs - wide - 500));
  return { n, uid: uidOf(n), execution: executionOf(Math.floor((n - 1) / 10) + 1) };
}

/** Filters on indexed fields, with which people narrow lists. */
const FILTERS = {
  'by a field that repeats': () => "operator = 'operator-3'",
  'by two fields': () => "operator = 'operator-3' AND sample.name = 'Au-13'",
  'by two fields that no run has together': () => "operator = 'operator-3' AND sample.name = 'Au-7'",
  'by a field of its own': ({ n }) => `label = 'label-${n}'`,
  'by status': () => "status = 'failed'",
  'by activity': () => "activity_type = 'fit'",
  'by time': () => "time > '2026-11-20'",
  'by session': () => `session = '${sessionOf(7)}'`,
  'by environment': () => `environment = '${environmentOf(3)}'`,
  'by a value that no run has': () => "operator = 'nobody'",
};

/** Each address by name: a function of the store's world and the number of the call. */
export const ADDRESSES = {
  '/': () => '/',
  '/ with attempts': () => '/?attempts=true',
  ...Object.fromEntries(
    Object.entries(FILTERS).map(([name, filter]) => [
      `/ ${name}`,
      (_world, place) => `/?where=${where(filter(place))}`,
    ]),
  ),
  '/ of one lab': () => '/?lab=north',
  '/ from the middle': (_world, { uid }) => `/?after=${uid}`,
  '/runs/UID': (_world, { uid }) => `/runs/${uid}`,
  '/runs/SCAN': (_world, { n }) => `/runs/${n + 1_600}`,
  '/runs/UID with log and checkpoints': ({ talking }) => `/runs/${talking}`,
  '/executions': () => '/executions',
  '/executions by operator': () => `/executions?where=${where("operator = 'operator-3'")}`,
  '/executions/RUN_ID': (_world, { execution }) => `/executions/${execution}`,
  '/refusals': () => '/refusals',
  '/environments': () => '/environments',
  '/environments/ID': () => `/environments/${environmentOf(5)}`,
  '/artifacts': () => '/artifacts',
  '/artifacts/DIGEST': (_world, { n }) => `/artifacts/sha256:${hex(n, 64)}`,
  '/lineage?focus=UID': (_world, { uid }) => `/lineage?focus=${uid}`,
  '/diff': (_world, { n, uid }) => `/diff?a=${uid}&b=${uidOf(n + 401)}`,
  '/diff of executions': (_world, { n, execution }) =>
    `/diff?a=${execution}&b=${executionOf(Math.floor((n - 1) / 10) + 3)}`,
  '/diff to choose': (_world, { uid }) => `/diff?a=${uid}`,
  '/stash': () => '/stash',
  '/rules': () => '/rules',
  '/workers': () => '/workers',
  '/health': () => '/health',
  '/go?ref=UID': (_world, { uid }) => `/go?ref=${uid}`,
  'API /runs': () => '/api/v1/runs',
  'API /runs/UID': (_world, { uid }) => `/api/v1/runs/${uid}`,
  'API /executions': () => '/api/v1/executions',
  'API /fields': () => '/api/v1/fields',
  'API /values': () => '/api/v1/values?fields=status,operator,sample.name',
};

/** The addresses that count by a scan. No index answers them, and the page says so if they take too long. */
export const COUNTING = {
  '/counts by operator': () => '/counts?by=operator',
  'API /counts by day': () => '/api/v1/counts?by=day',
};

/** The address of a call. */
export function addressOf(make, world, call) {
  return make(world, placed(world, call));
}
