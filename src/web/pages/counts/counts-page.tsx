/**
 * Numbers of runs, by fields and by time. Node only.
 * @module
 */
import { z } from 'zod';
import { withCondition } from '../../../filter/conjuncts';
import type { Literal } from '../../../filter/fields';
import type { RunCount } from '../../../questions/lists/counts';
import { fieldText } from '../../../questions/shown/recorded-values';
import { counted } from '../../../questions/words';
import { to } from '../../links';
import { Empty, Remarks } from '../../parts/blocks';
import { Conditions } from '../../parts/search/chips';
import { SearchBox } from '../../parts/search/search-box';
import { View } from '../../parts/search/view';
import { faultOf, withoutAnswer } from '../../parts/search/without-answer';
import { type Column, Table } from '../../parts/table';
import { where } from '../../questions/inputs';
import { counts } from '../../questions/lists/counts';
import { columns } from '../../questions/lists/rows';
import { page } from '../page';
import { GroupBy } from './group-by';
import { conditionOf } from './group-condition';

/** `/counts`. */
export const countsPage = page({
  path: '/counts',
  input: z.object({ where, by: columns }),
  async show(given, visit) {
    const by = given.by ?? [];
    const { where } = given;
    const view = new View('/counts', {
      where,
      by: by.join(','),
    });
    const shown = { title: 'Counts', section: 'runs', scripts: ['search'] };
    const answer = await visit.ask(counts, { where, by }).catch(faultOf);
    if ('fault' in answer) {
      const { fault, status } = answer;
      return { ...shown, status, body: await withoutAnswer({ of: 'runs', view, where, fault, visit }) };
    }
    const { items, runs, groups_left_out, remarks } = answer;
    return {
      ...shown,
      json: to.api('/counts', { where, by: by.join(',') }),
      csv: to.csv('/counts', { where, by: by.join(',') }),
      body: (
        <>
          <SearchBox view={view} where={where} of="runs" />
          <Conditions view={view} where={where} />
          <GroupBy view={view} by={by} />
          <Remarks lines={remarks} />
          <p class="total">
            {counted(runs, 'run')}
            {where !== '' && ' match the filter'}. <a href={to.runs({ where })}>List them</a>
          </p>
          {by.length > 0 && items.length > 0 && (
            <Table
              caption={`Runs by ${by.join(' and ')}`}
              columns={columnsOf(by, items, { where, runs })}
              rows={items}
              row_key={({ by }) => JSON.stringify(by)}
            />
          )}
          {runs === 0 && <Empty title="No runs to count." />}
          {groups_left_out > 0 && (
            <p>{counted(groups_left_out, 'more group')} not shown. Add a condition to get fewer.</p>
          )}
        </>
      ),
    };
  },
});

function columnsOf(
  by: readonly string[],
  items: readonly RunCount[],
  { where, runs: all }: { where: string; runs: number },
): Column<RunCount>[] {
  const most = Math.max(...items.map(({ runs }) => runs));
  return [
    ...by.map(
      (name, index): Column<RunCount> => ({
        title: name,
        lead: index === 0,
        cell: ({ by }) => <bdi>{groupText(by[name] ?? null)}</bdi>,
      }),
    ),
    {
      title: 'Runs',
      kind: 'number',
      cell: (group) => (
        <a href={to.runs({ where: whereOf(group, where) })}>{group.runs.toLocaleString('en-US')}</a>
      ),
    },
    { title: 'Share', kind: 'number', cell: ({ runs }) => percent(runs / all) },
    { title: 'Compared with the largest', cell: ({ runs }) => <Bar share={runs / most} /> },
  ];
}

function groupText(value: Literal | null): string {
  if (value === null) return '(none)';
  return value === '' ? '(empty text)' : fieldText(value);
}

/** Returns `22 %`; below one percent with a decimal. */
function percent(share: number): string {
  const value = share * 100;
  return `${value < 1 ? value.toFixed(1) : Math.round(value)} %`;
}

/** A bar, relative to the most frequent group. */
function Bar({ share }: { share: number }) {
  return (
    <svg class="bar" viewBox="0 0 100 12" preserveAspectRatio="none" aria-hidden="true">
      <rect width={Math.max(0.5, share * 100)} height="12" />
    </svg>
  );
}

/** Returns the filter that lists the runs of a group. */
function whereOf({ by }: RunCount, where: string): string {
  return Object.entries(by).reduce(
    (text, [name, value]) => withCondition(text, conditionOf(name, value)),
    where,
  );
}
