/**
 * What narrows the list of executions. Node only.
 * @module
 */
import { EXECUTION_FIELDS } from '../../../filter/execution-fields';
import { Conditions } from '../../parts/search/chips';
import { ColumnsMenu } from '../../parts/search/columns-menu';
import { type Facet, Facets } from '../../parts/search/facets';
import { FilterHelp } from '../../parts/search/filter-help';
import { Times } from '../../parts/search/times';
import { refusedNow } from '../../questions/lists/refused-count';
import { values } from '../../questions/lists/values';
import type { Visit } from '../page';
import { RefusedBanner } from '../refusals/banner';
import type { ExecutionsAsked } from './asked';
import { KNOWN_COLUMNS } from './execution-columns';

const FACETS = [
  { title: 'Type', field: 'workflow_type' },
  { title: 'Operator', field: 'operator' },
  { title: 'Sample', field: 'sample' },
] as const;
const STATUSES = ['completed', 'failed', 'canceled', 'terminated', 'timed_out', 'continued_as_new', 'lost'];
const VALUES = 12;

/** The tools above the list. */
export async function Tools({ asked, visit }: { asked: ExecutionsAsked; visit: Visit }) {
  const { view, where, family, columns } = asked;
  const fields = FACETS.map(({ field }) => field);
  const [recent, refused] = await Promise.all([
    visit.ask(values, { fields: [...fields], most: VALUES }),
    visit.ask(refusedNow, {}),
  ]);
  // Counts are those of runs, and would mislead here.
  const valuesOf = (field: string) => (recent.fields[field] ?? []).map(({ value }) => ({ value }));
  const facets: Facet[] = [
    { title: 'State', field: 'status', values: STATUSES.map((value) => ({ value })) },
    ...FACETS.map((facet) => ({ ...facet, values: valuesOf(facet.field) })),
  ];
  return (
    <>
      <RefusedBanner counts={refused} />
      <div class="list-tools">
        <Facets view={view} where={where} catalogue={EXECUTION_FIELDS} facets={facets} />
        <Times view={view} where={where} field="start_time" catalogue={EXECUTION_FIELDS} />
        <ColumnsMenu view={view} chosen={columns} known={KNOWN_COLUMNS} own={[]} more={false} />
        <span class="list-links">
          <a href={view.with({ family: family ? undefined : true })}>
            {family ? "Without their children's metadata" : "Also their children's metadata"}
          </a>
        </span>
      </div>
      <Conditions view={view} where={where} />
      <FilterHelp of="executions" view={view} />
    </>
  );
}
