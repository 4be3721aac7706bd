/**
 * What the lists of runs and of executions share: parameters, tools and frame. Node only.
 * @module
 */
import type { Child } from 'hono/jsx';
import { z } from 'zod';
import { EXECUTION_FIELDS } from '../../filter/execution-fields';
import type { FieldCatalogue } from '../../filter/fields';
import { RUN_FIELDS } from '../../filter/run-fields';
import type { Parameters } from '../links';
import { Conditions } from '../parts/search/chips';
import { ColumnsMenu, columnsWanted } from '../parts/search/columns-menu';
import { type Facet, Facets } from '../parts/search/facets';
import { FilterHelp } from '../parts/search/filter-help';
import { SearchBox } from '../parts/search/search-box';
import { Times, withDays } from '../parts/search/times';
import { View } from '../parts/search/view';
import { after, limit, where } from '../questions/inputs';
import { refusedNow } from '../questions/lists/refused-count';
import { columns } from '../questions/lists/rows';
import { values } from '../questions/lists/values';
import type { Visit } from './page';
import { RefusedBanner } from './refusals/banner';

const DEFAULT_LIMIT = 50;
/** Recent values that a menu lists. */
const MOST_VALUES = 12;
const day = z
  .string()
  .regex(/^(\d{4}-\d\d-\d\d)?$/, 'a day is written 2026-11-30')
  .optional();

/** Parameters of both lists. */
export const LIST_INPUT = { where, limit, after, columns, from: day, to: day };

/** Which of the two lists it is. */
export interface ListKind {
  of: 'runs' | 'executions';
  path: string;
  /** The field of the time that narrows the list. */
  time: string;
  catalogue: FieldCatalogue;
  status_values: readonly string[];
  first_columns: readonly string[];
  known_columns: readonly string[];
  /** Fields with a menu of recent values. */
  facets: readonly Omit<Facet, 'values'>[];
}

/** The list of runs, without its columns. */
export const RUNS = { of: 'runs', path: '/', time: 'time', catalogue: RUN_FIELDS } as const;
/** The list of executions, without its columns. */
export const EXECUTIONS = {
  of: 'executions',
  path: '/executions',
  time: 'start_time',
  catalogue: EXECUTION_FIELDS,
} as const;

/** The part of a list that a visitor asks for. */
export interface ListRequest {
  view: View;
  where: string;
  limit: number;
  after?: string;
  /** Names, in their order. */
  columns: readonly string[];
}

type ListGiven = z.infer<z.ZodObject<typeof LIST_INPUT>>;

/** Reads the parameters. `others`: those that only this list has, without defaults. */
export function listRequestOf(
  kind: ListKind,
  given: ListGiven,
  { url }: Visit,
  others: Parameters,
): ListRequest {
  const chosen = columnsWanted(url, given.columns);
  const where = withDays(given.where, given, { field: kind.time, catalogue: kind.catalogue });
  const view = new View(kind.path, {
    where,
    columns: chosen?.join(','),
    ...others,
    limit: given.limit === DEFAULT_LIMIT ? undefined : given.limit,
  });
  return { view, where, limit: given.limit, after: given.after, columns: chosen ?? kind.first_columns };
}

/** The body of a list. */
export async function ListBody(given: {
  kind: ListKind;
  request: ListRequest;
  visit: Visit;
  /** Fields of the lab in the menu of columns. */
  own?: Promise<{ items: readonly string[]; more: boolean }>;
  /** Menus show how often each value occurs. */
  counted?: boolean;
  /** Links that only this list has. */
  links: Child;
  /** The rows. */
  children?: Child;
}) {
  const { kind, request, visit } = given;
  const { view, where } = request;
  const [recent, refused, own = { items: [], more: false }] = await Promise.all([
    visit.ask(values, { fields: kind.facets.map(({ field }) => field), most: MOST_VALUES }),
    visit.ask(refusedNow, {}),
    given.own,
  ]);
  const valuesOf = (field: string) =>
    (recent.fields[field] ?? []).map(({ value, runs }) => (given.counted ? { value, runs } : { value }));
  const facets: Facet[] = [
    { title: 'Status', field: 'status', values: kind.status_values.map((value) => ({ value })) },
    ...kind.facets.map((facet) => ({ ...facet, values: valuesOf(facet.field) })),
  ];
  return (
    <>
      <SearchBox view={view} where={where} of={kind.of} />
      <RefusedBanner counts={refused} />
      <div class="list-tools">
        <Facets view={view} where={where} catalogue={kind.catalogue} facets={facets} />
        <Times view={view} where={where} field={kind.time} catalogue={kind.catalogue} />
        <ColumnsMenu
          view={view}
          chosen={request.columns}
          known={kind.known_columns}
          own={own.items}
          more={own.more}
        />
        <span class="list-links">{given.links}</span>
      </div>
      <Conditions view={view} where={where} />
      <FilterHelp of={kind.of} view={view} />
      <div class="list" data-live="list">
        {given.children}
      </div>
    </>
  );
}
