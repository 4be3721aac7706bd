/**
 * Resolves a text that may name data: a digest, a URI, a file on this machine, or a name. Each may have a
 * version (`model.json@3`, `model.json@9f86d081`). Node only.
 * @module
 */
import { existsSync } from 'node:fs';
import { hostname } from 'node:os';
import { resolve } from 'node:path';
import { AmbiguousError, ProvenanceError } from '../../errors';
import { fileUri } from '../../model/file-uri';
import { isUid } from '../../model/ids';
import type { VersionFacts, VersionName } from '../../store/interface/lineage-reading';
import type { Answer, Scope } from '../scope';
import { counted } from '../words';
import { digestOfPath, type FileDigest } from './file-digest';
import { readableName } from './node-words';
import { type Revision, revisionsOf } from './revisions';

/** What can name data. A file is read only if the caller allows it. */
const dataArgument = (file: string) =>
  `sha256:<digest> (or its first digits), a URI, ${file}or a name; NAME@3 or NAME@<digest> for one version`;

/** Help text for an argument that names data. */
export const DATA_ARGUMENT = dataArgument('a file or directory on this machine, ');

/** Help text for an argument that names data. Mentions files only if the caller has a working directory. */
export function dataArgumentAt({ cwd }: DataPlace): string {
  return cwd === undefined ? dataArgument('') : DATA_ARGUMENT;
}

/** The most versions of one name that are read. */
const MANY_VERSIONS = 10_000;
const DIGEST = /^(?:artifact:)?sha256:([0-9a-f]{6,64})$/i;
const BARE_DIGEST = /^[0-9a-f]{64}$/i;
const URI = /^[a-z][a-z0-9+.-]*:/i;

/** The data that a text names: one content or one version, with all that is recorded of it. */
export interface FoundData {
  /** One content under all its names, or one version if its content is not known. */
  versions: VersionFacts[];
  /**
   * The version that was named, if it was named by its name, or as a file that is still in its recorded place.
   */
  named?: VersionFacts;
}

/** How texts that name files are resolved. */
export interface DataPlace {
  /**
   * Folder against which relative paths are resolved. If absent, no text is taken for a file, and none is read.
   */
  cwd?: string;
  /** Called with the number of bytes that were read, for long files. */
  onBytes?: (bytes: number) => void;
}

/**
 * Finds data by a text; undefined if it names none. @throws (rejects) AMBIGUOUS; NOT_FOUND for a file whose
 * content is not known
 */
export async function findData(
  scope: Scope,
  word: string,
  place: DataPlace,
): Promise<Answer<FoundData> | undefined> {
  const digest = DIGEST.exec(word)?.[1] ?? BARE_DIGEST.exec(word)?.[0];
  if (digest !== undefined) return byDigest(scope, digest.toLowerCase(), word);
  const text = word.replace(/^artifact:/, '');
  const { cwd } = place;
  if (cwd !== undefined && !URI.test(text) && existsSync(resolve(cwd, text)))
    return byFile(scope, text, { ...place, cwd });
  return byName(scope, text);
}

async function byDigest(
  { store }: Scope,
  digest: string,
  word: string,
): Promise<Answer<FoundData> | undefined> {
  const name: VersionName =
    digest.length === 64 ? { by: 'sha256', sha256: digest } : { by: 'sha256-part', part: digest };
  const versions = await store.lineage.versions(name, MANY_VERSIONS);
  const contents = new Set(versions.map(({ sha256 }) => sha256));
  if (contents.size > 1)
    throw new ProvenanceError('AMBIGUOUS', `'${word}' matches ${contents.size} digests; write more of it.`);
  return versions.length > 0 ? { value: { versions }, remarks: [] } : undefined;
}

/**
 * A content is known only by its bytes. If a file has other bytes than those recorded under its name, it is
 * different data.
 */
async function byFile(
  scope: Scope,
  word: string,
  place: DataPlace & { cwd: string },
): Promise<Answer<FoundData>> {
  const path = resolve(place.cwd, word);
  const digest = await digestOfPath(path, place.onBytes);
  const found = await byDigest(scope, digest.sha256, word);
  if (found) {
    const uri = fileUri(hostname(), path);
    const named = found.value.versions.find((version) => version.uri === uri);
    return { ...found, value: { ...found.value, named } };
  }
  throw new ProvenanceError('NOT_FOUND', await unknownContent(scope, word, path, digest));
}

async function unknownContent(
  { store }: Scope,
  word: string,
  path: string,
  { sha256 }: FileDigest,
): Promise<string> {
  const versions = await store.lineage.versions({ by: 'uri', uri: fileUri(hostname(), path) }, MANY_VERSIONS);
  const content = `The content of ${word} (sha256:${sha256.slice(0, 12)}…) is not in ${store.location}`;
  const revisions = revisionsOf(versions);
  if (revisions.length === 0) return `${content}, and its name is not recorded either.`;
  return `${content}. Its name is recorded with ${counted(revisions.length, 'other version')}: \`artifact ${fileUri(hostname(), path)}\` shows them.`;
}

async function byName({ store }: Scope, word: string): Promise<Answer<FoundData> | undefined> {
  const whole = await versionsNamed(store, word);
  if (whole.length > 0) return newest(store, word, revisionsOf(whole));
  const [, name, wanted] = /^(.+)@([0-9a-f]+)$/i.exec(word) ?? [];
  if (name === undefined || wanted === undefined) return undefined;
  const revisions = revisionsOf(await versionsNamed(store, name));
  if (revisions.length === 0) return undefined;
  const found = revisions.filter((one) => isVersion(one, wanted.toLowerCase()));
  if (found.length === 1) return { value: await dataOf(store, found[0]!), remarks: [] };
  const way = `it has ${counted(revisions.length, 'version')}: \`artifact ${name}\` lists them`;
  if (found.length === 0)
    throw new ProvenanceError('NOT_FOUND', `${name} has no version '${wanted}': ${way}.`);
  throw new ProvenanceError('AMBIGUOUS', `'${wanted}' is part of several versions of ${name}: ${way}.`);
}

/** A revision number, or the beginning of a digest. */
function isVersion({ revision, sha256 }: Revision, wanted: string): boolean {
  if (String(revision) === wanted) return true;
  return wanted.length >= 6 && sha256 !== undefined && sha256.startsWith(wanted);
}

async function newest(
  store: Scope['store'],
  word: string,
  revisions: readonly Revision[],
): Promise<Answer<FoundData>> {
  const last = revisions.at(-1)!;
  const remarks =
    revisions.length > 1
      ? [`${word} has ${counted(revisions.length, 'version')}; this is the newest, ${word}@${last.revision}.`]
      : [];
  return { value: await dataOf(store, last), remarks };
}

async function dataOf(store: Scope['store'], { versions, sha256 }: Revision): Promise<FoundData> {
  const named = versions.at(-1)!;
  const all =
    sha256 === undefined ? versions : await store.lineage.versions({ by: 'sha256', sha256 }, MANY_VERSIONS);
  return { versions: all, named };
}

/**
 * All versions that a text may mean, of one artifact or of several. The text is a digest, the beginning of one,
 * a name, or the end of one.
 */
export async function versionsCalled(store: Scope['store'], word: string): Promise<VersionFacts[]> {
  const digest = /^(?:artifact:)?(?:sha256:)?([0-9a-f]{6,64})$/i.exec(word)?.[1]?.toLowerCase();
  const named = (name: VersionName) => store.lineage.versions(name, MANY_VERSIONS);
  const byContent = digest === undefined ? [] : await named({ by: 'sha256-part', part: digest });
  if (byContent.length > 0) return byContent;
  return versionsEnding(store, word.replace(/^artifact:/, ''));
}

/**
 * All versions with this name or artifact id. If no name is exactly the text, those of the one name that ends
 * in it.
 */
export async function versionsNamed(store: Scope['store'], word: string): Promise<VersionFacts[]> {
  const found = await versionsEnding(store, word);
  const artifacts = new Map(found.map((version) => [version.artifact_id, version]));
  if (artifacts.size <= 1) return found;
  const some = [...artifacts.values()].slice(0, 5);
  const names = some.map(({ site_name, uri }) => site_name ?? readableName(uri));
  const more = artifacts.size > names.length ? `, and ${artifacts.size - names.length} more` : '';
  throw new AmbiguousError(
    `'${word}' is the end of several names: ${names.join(', ')}${more}. Write more of it.`,
    some.map(({ site_name, uri }) => site_name ?? uri),
  );
}

async function versionsEnding(store: Scope['store'], word: string): Promise<VersionFacts[]> {
  const named = (name: VersionName) => store.lineage.versions(name, MANY_VERSIONS);
  if (isUid(word.toLowerCase())) return named({ by: 'artifact_id', artifact_id: word.toLowerCase() });
  const uri = word.startsWith('/') ? fileUri(hostname(), word) : word;
  const exact = [
    ...(await named({ by: 'uri', uri })),
    ...(await named({ by: 'site_name', site_name: word })),
  ];
  const [first] = exact;
  // An artifact keeps its versions under the names that it had before.
  if (first) return named({ by: 'artifact_id', artifact_id: first.artifact_id });
  if (word === '' || URI.test(word)) return [];
  return named({ by: 'end', end: word.replace(/^\.?\//, '') });
}
