/**
 * What narrows the list of runs: conditions, menus of values and times, columns, attempts. Node only.
 * @module
 */
import { RUN_FIELDS, RUN_STATUSES } from '../../../filter/run-fields';
import { to } from '../../links';
import { Conditions } from '../../parts/search/chips';
import { ColumnsMenu } from '../../parts/search/columns-menu';
import { type Facet, Facets } from '../../parts/search/facets';
import { FilterHelp } from '../../parts/search/filter-help';
import { Times } from '../../parts/search/times';
import { fieldNames } from '../../questions/lists/field-names';
import { refusedNow } from '../../questions/lists/refused-count';
import { values } from '../../questions/lists/values';
import type { Visit } from '../page';
import { RefusedBanner } from '../refusals/banner';
import type { RunsAsked } from './asked';
import { KNOWN_COLUMNS } from './run-columns';

const FACETS = [
  { title: 'Operator', field: 'operator' },
  { title: 'Plan', field: 'plan_name' },
  { title: 'Activity', field: 'activity_type' },
  { title: 'Sample', field: 'sample' },
  { title: 'Code', field: 'code', digest: true },
] as const;
const VALUES = 12;

/** The tools above the list. */
export async function Tools({ asked, visit }: { asked: RunsAsked; visit: Visit }) {
  const { view, where, columns, attempts, compare } = asked;
  const fields = FACETS.map(({ field }) => field);
  const [recent, names, refused] = await Promise.all([
    visit.ask(values, { fields: [...fields], most: VALUES }),
    visit.ask(fieldNames, { limit: MOST_NAMES }),
    visit.ask(refusedNow, {}),
  ]);
  const facets: Facet[] = [
    { title: 'State', field: 'status', values: RUN_STATUSES.map((value) => ({ value })) },
    ...FACETS.map((facet) => ({ ...facet, values: recent.fields[facet.field] ?? [] })),
  ];
  return (
    <>
      <RefusedBanner counts={refused} />
      <div class="list-tools">
        <Facets view={view} where={where} catalogue={RUN_FIELDS} facets={facets} />
        <Times view={view} where={where} field="time" catalogue={RUN_FIELDS} />
        <ColumnsMenu view={view} chosen={columns} known={KNOWN_COLUMNS} own={names.items} more={names.more} />
        <span class="list-links">
          <a href={view.with({ attempts: attempts ? undefined : true })}>
            {attempts ? 'Last attempts alone' : 'All attempts'}
          </a>
          <a href={to.counts({ where: where || undefined })}>Count</a>
          <a href={view.with({ compare: compare ? undefined : true })}>
            {compare ? 'Stop comparing' : 'Compare two'}
          </a>
        </span>
      </div>
      <Conditions view={view} where={where} />
      <FilterHelp of="runs" view={view} />
    </>
  );
}

/** Names of metadata that the menu of columns lists. */
const MOST_NAMES = 200;
