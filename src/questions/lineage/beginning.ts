/**
 * Finds the first nodes of a walk from a reference: a run, an execution with its runs and children, or data.
 * Node only.
 * @module
 */
import { ProvenanceError } from '../../errors';
import { isUid } from '../../model/ids';
import { WALK } from '../../model/limits';
import { LINK_KINDS } from '../../model/link';
import { findSubject, SUBJECT_ARGUMENT } from '../references/subject';
import type { Answer, Scope } from '../scope';
import { DATA_ARGUMENT, type DataPlace, dataArgumentAt, type FoundData, findData } from './data-reference';

/** Help text for an argument that names a run, an execution or data. */
export const LINEAGE_ARGUMENT = `${SUBJECT_ARGUMENT}; or data: ${DATA_ARGUMENT}`;

const PRINTED = /^(run|execution):(.+)$/;
/**
 * A text that may be a file's name rather than a run's: it has a separator, an extension or a scheme, or is a
 * digest.
 */
const LIKE_DATA = /[/\\.:@]|^[0-9a-f]{64}$/i;

/**
 * The nodes that a reference names.
 * @throws (rejects) ProvenanceError NOT_FOUND, AMBIGUOUS, REFERENCE_INVALID
 */
export async function beginningOf(scope: Scope, word: string, place: DataPlace): Promise<Answer<number[]>> {
  const [, kind, name] = PRINTED.exec(word) ?? [];
  const uid = (name ?? word).toLowerCase();
  // A whole uid names one run, even if something else has the same name.
  const run = isUid(uid) && kind !== 'execution' ? await scope.store.lineage.nodesOf({ uids: [uid] }) : [];
  if (run.length > 0) return { value: run, remarks: [] };
  if (kind !== undefined) return subjectNodes(scope, name!, { [kind]: true });
  const data = LIKE_DATA.test(word) ? await findData(scope, word, place) : undefined;
  if (data) return { value: await dataNodes(scope, data.value), remarks: data.remarks };
  const subject = await subjectNodes(scope, word).catch(notNamed);
  if (subject) return subject;
  const named = LIKE_DATA.test(word) ? undefined : await findData(scope, word, place);
  if (named) return { value: await dataNodes(scope, named.value), remarks: named.remarks };
  throw new ProvenanceError(
    'NOT_FOUND',
    `'${word}' names no run, no execution and no data in ${scope.store.location}: use a ${SUBJECT_ARGUMENT}; or data: ${dataArgumentAt(place)}.`,
  );
}

function notNamed(error: unknown): undefined {
  const known = ProvenanceError.is(error) && ['NOT_FOUND', 'REFERENCE_INVALID'].includes(error.code);
  if (!known) throw error;
}

async function subjectNodes(
  scope: Scope,
  word: string,
  wanted: { run?: boolean; execution?: boolean } = {},
): Promise<Answer<number[]>> {
  const { value, remarks } = await findSubject(scope, word, wanted);
  const { lineage } = scope.store;
  if ('run' in value) return { value: await lineage.nodesOf({ uids: [value.run.start.uid] }), remarks };
  return { value: await lineage.executionNodes(value.execution.start.run_id, WALK.nodes), remarks };
}

/**
 * If a run generated the version, the walk begins only there. If it was only used, other versions with the same
 * content are included, because they may lead further.
 */
async function dataNodes({ store }: Scope, { versions, named }: FoundData): Promise<number[]> {
  const nodes = versions.map(({ node }) => node);
  if (!named) return nodes;
  const made = await store.lineage.walk({
    from: [named.node],
    direction: 'up',
    depth: 1,
    selection: { kinds: [LINK_KINDS.generated], evidence: ~0 },
  });
  return made.links.length > 0 ? [named.node] : nodes;
}
