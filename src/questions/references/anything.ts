/**
 * Resolves a text that may name a run, an execution, data or a code environment. Node only.
 * @module
 */
import { ProvenanceError } from '../../errors';
import { findData } from '../lineage/data-reference';
import type { Answer, Scope } from '../scope';
import { findEnvironment } from '../stories/environments';
import { findSubject } from './subject';

/** What a text names, in the form that the page or query for it takes. */
export type Named =
  | { kind: 'run'; uid: string }
  | { kind: 'execution'; run_id: string }
  | { kind: 'data'; ref: string }
  | { kind: 'environment'; id: string };

type Finder = (scope: Scope, word: string) => Promise<Answer<Named> | undefined>;

/** The written form of node ids. */
const NODE = /^(run|execution|artifact):(.+)$/s;
const DIGEST = /^(?:sha256:[0-9a-f]{6,64}|[0-9a-f]{64})$/i;
/** Matches a separator, an extension or a scheme. */
const LIKE_DATA = /[/\\.:@]/;
const ENVIRONMENT = /^(?:sha256:)?[0-9a-f]{6,64}$/i;

/**
 * What the text names, the most likely first. No file is read.
 * @throws (rejects) ProvenanceError NOT_FOUND with what was tried; AMBIGUOUS if it names several of one kind
 */
export async function findAnything(scope: Scope, word: string): Promise<Answer<Named>> {
  const text = word.trim();
  const [, kind, name = text] = NODE.exec(text) ?? [];
  for (const find of findersOf(kind, text)) {
    const found = await find(scope, name).catch(notNamed);
    if (found) return found;
  }
  throw new ProvenanceError(
    'NOT_FOUND',
    `'${word}' matches nothing in ${scope.store.location}: no scan id, run uid, workflow id, Temporal run id, name or digest of data, or environment.`,
  );
}

function findersOf(kind: string | undefined, text: string): readonly Finder[] {
  if (kind === 'artifact') return [data];
  if (kind === 'run') return [run];
  if (kind === 'execution') return [execution];
  if (DIGEST.test(text)) return [environment, data];
  return LIKE_DATA.test(text) ? [data, subject] : [subject, data, environment];
}

const subject: Finder = async (scope, word) => ofSubject(await findSubject(scope, word));
const run: Finder = async (scope, word) => ofSubject(await findSubject(scope, word, { run: true }));
const execution: Finder = async (scope, word) =>
  ofSubject(await findSubject(scope, word, { execution: true }));

function ofSubject({ value, remarks }: Awaited<ReturnType<typeof findSubject>>): Answer<Named> {
  return 'run' in value
    ? { value: { kind: 'run', uid: value.run.start.uid }, remarks }
    : { value: { kind: 'execution', run_id: value.execution.start.run_id }, remarks };
}

const data: Finder = async (scope, word) => {
  const found = await findData(scope, word, {});
  return found && { value: { kind: 'data', ref: word }, remarks: found.remarks };
};

const environment: Finder = async (scope, word) => {
  if (!ENVIRONMENT.test(word)) return undefined;
  const { value, remarks } = await findEnvironment(scope, word);
  return { value: { kind: 'environment', id: value.id }, remarks };
};

function notNamed(error: unknown): undefined {
  const known = ProvenanceError.is(error) && ['NOT_FOUND', 'REFERENCE_INVALID'].includes(error.code);
  if (!known) throw error;
}
