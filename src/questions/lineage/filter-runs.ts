/**
 * Resolves conditions on lineage in a filter before a search begins: the runs of `upstream_of('REF')`,
 * `downstream_of('REF')` and `uses('FILE')`. Node only.
 * @module
 */
import { ProvenanceError } from '../../errors';
import type { LineageField } from '../../filter/fields';
import { type Condition, type Filter, predicatesOf } from '../../filter/filter';
import { formatLiteral } from '../../filter/format';
import { FilterError } from '../../filter/tokens';
import { WALK } from '../../model/limits';
import type { WalkQuery } from '../../store/interface/lineage-reading';
import { namedBy } from '../../store/link-nodes';
import type { Answer, Scope } from '../scope';
import { beginningOf } from './beginning';
import { behindRemarks, catchUp } from './catch-up';
import { findData, versionsNamed } from './data-reference';
import { linksFollowed } from './links-followed';

/** Nodes that are visited per run: data are between the runs. */
const NODES_PER_RUN = 3;

/**
 * The filter with the runs of its conditions on lineage.
 * @throws (rejects) FilterError with the position in the text, if such a condition names nothing or too many
 *   runs
 */
export async function withLineageRuns(scope: Scope, filter: Filter): Promise<Answer<Filter>> {
  if (!predicatesOf(filter.where).some(({ field }) => field.kind === 'lineage'))
    return { value: filter, remarks: [] };
  const remarks = behindRemarks(await catchUp(scope));
  const where = filter.where && (await resolved(scope, filter.where, remarks));
  return { value: { ...filter, where }, remarks };
}

async function resolved(scope: Scope, condition: Condition, remarks: string[]): Promise<Condition> {
  if (condition.op === 'not')
    return { op: 'not', condition: await resolved(scope, condition.condition, remarks) };
  if ('conditions' in condition) {
    const conditions: Condition[] = [];
    for (const one of condition.conditions) conditions.push(await resolved(scope, one, remarks));
    return { ...condition, conditions };
  }
  const { field } = condition;
  if (field.kind !== 'lineage') return condition;
  return { ...condition, field: { ...field, runs: await runsOf(scope, field, remarks) } };
}

async function runsOf(scope: Scope, field: LineageField, remarks: string[]): Promise<number[]> {
  try {
    const found =
      field.relation === 'uses' ? await usersOf(scope, field.ref) : await relativesOf(scope, field);
    remarks.push(...found.remarks);
    return await reached(scope, field, found.value);
  } catch (error) {
    if (!ProvenanceError.is(error) || !['NOT_FOUND', 'AMBIGUOUS', 'REFERENCE_INVALID'].includes(error.code))
      throw error;
    throw faultAt(field, error.message);
  }
}

async function relativesOf(scope: Scope, { relation, ref }: LineageField): Promise<Answer<WalkQuery>> {
  const { value: from, remarks } = await beginningOf(scope, ref, placeOf(scope));
  const direction = relation === 'upstream_of' ? 'up' : 'down';
  return { value: { from, direction, selection: linksFollowed() }, remarks };
}

/**
 * The walk of `uses`. For a name it begins at all its versions; for a digest, a file or one version, only at
 * that content.
 */
async function usersOf(scope: Scope, ref: string): Promise<Answer<WalkQuery>> {
  const data = await findData(scope, ref, placeOf(scope));
  if (!data) throw new ProvenanceError('NOT_FOUND', `'${ref}' names no data in ${scope.store.location}.`);
  const all = await versionsNamed(scope.store, ref);
  const from = (all.length > 0 ? all : data.value.versions).map(({ node }) => node);
  return {
    value: { from, direction: 'down', depth: 1, selection: linksFollowed({ kinds: ['used'] }) },
    remarks: [],
  };
}

/** The runs that a walk reaches, without those from which it begins. */
async function reached({ store }: Scope, field: LineageField, query: WalkQuery): Promise<number[]> {
  const limit = query.from.length + NODES_PER_RUN * WALK.filter_runs;
  const nodes = await store.lineage.reach(query, limit + 1);
  const roots = new Set(query.from);
  const runs = nodes.filter((node) => !roots.has(node) && namedBy(node).type === 'run');
  if (nodes.length > limit || runs.length > WALK.filter_runs)
    throw faultAt(
      field,
      `these are more than ${WALK.filter_runs.toLocaleString('en-US')} runs: name something with fewer links.`,
    );
  return runs.map((node) => namedBy(node).key);
}

function placeOf({ cwd }: Scope) {
  return cwd === undefined ? {} : { cwd };
}

function faultAt({ relation, ref, position }: LineageField, what: string): FilterError {
  const at = `${relation}(${formatLiteral(ref)})`;
  return new FilterError(`Filter, column ${position + 1}, at "${at}": ${what}`, position);
}
