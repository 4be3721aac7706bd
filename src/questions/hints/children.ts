/**
 * The hint that a filter by a parent's workflow id leaves out the runs of its children. Node only.
 * @module
 */
import { columnOf } from '../../filter/fields';
import { type Condition, equals, type Filter, predicatesOf } from '../../filter/filter';
import { formatLiteral } from '../../filter/format';
import { RUN_FIELDS } from '../../filter/run-fields';
import type { Scope } from '../scope';

const WORKFLOW_ID = columnOf(RUN_FIELDS, 'workflow_id');

/** One sentence if the workflow that the filter names has children with runs. The query uses an index. */
export async function childrenRemark(
  { store, only_lab: lab }: Scope,
  { where }: Filter,
): Promise<string | undefined> {
  const predicate = predicatesOf(where).find(({ field }) => field === WORKFLOW_ID);
  if (predicate?.op !== 'compare' || predicate.operator !== '=') return undefined;
  const family = equals(RUN_FIELDS, 'family', predicate.value);
  const others: Condition = { op: 'not', condition: equals(RUN_FIELDS, 'workflow_id', predicate.value) };
  const filter = { where: { op: 'and' as const, conditions: [family, others] } };
  const [child] = await store.runs({ filter, lab, limit: 1 });
  if (!child) return undefined;
  return `Runs of its child workflows are not included; family = ${formatLiteral(predicate.value)} includes them.`;
}
