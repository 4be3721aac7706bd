/**
 * Builds the document of what a run used and generated, from what was found and seen. Node only.
 * @module
 */
import type { DataDocument, DataItem, DataType } from '../model/data';
import { DATA } from '../model/data-limits';
import { SCHEMA_VERSION } from '../model/documents';
import type { Judgement, Relation } from './direction';
import type { LookState } from './look';
import { mediaTypeOf } from './media-types';
import { isCutUri } from './names';
import type { DigestAnswer } from './thread/protocol';

/** One thing that a run named, with its relations. */
export interface Finding extends Judgement {
  uri: string;
  site_name?: string;
  /** Type of the data, used if nothing was examined, or nothing was found. */
  type: DataType;
  /** JSON paths at which its name was found. */
  paths: readonly string[];
}

/** What a document needs in addition to its findings. */
export interface DocumentParts {
  run_start: string;
  began_ms: number;
  ended_ms: number;
  /** Why there may be more than was found. */
  reasons: Iterable<string>;
  values?: DataDocument['values'];
}

/** Gives digests, also for relations whose version was not examined. */
export interface DigestSource {
  of(finding: Finding, relation: Relation): DigestAnswer;
}

/** Reasons that concern only a run's outputs. */
const OF_OUTPUTS = new Set(['result_cut', 'changed_meanwhile', 'values_cut']);

/** Builds the document. */
export function dataDocument(
  findings: readonly Finding[],
  parts: DocumentParts,
  digests: DigestSource,
): DataDocument {
  const reasons = new Set([...parts.reasons, ...findings.flatMap((finding) => finding.reasons)]);
  if (findings.some(({ uri }) => isCutUri(uri))) reasons.add('uri_cut');
  const items = findings.flatMap((finding) =>
    finding.relations.map((relation) => itemOf(finding, relation, parts, digests.of(finding, relation))),
  );
  if (!items.some(({ direction }) => direction === 'used')) reasons.add('nothing_found');
  const known = [...reasons].every((reason) => OF_OUTPUTS.has(reason));
  const document: DataDocument = {
    schema_version: SCHEMA_VERSION,
    run_start: parts.run_start,
    time: Date.now() / 1000,
    inputs: known ? 'known' : 'unknown',
    items,
  };
  if (reasons.size > 0) document.reasons = [...reasons];
  if (parts.values) document.values = parts.values;
  return document;
}

const TYPES: { readonly [state in LookState]?: DataType } = {
  file: 'file',
  directory: 'directory',
  collection: 'collection',
};

function itemOf(
  { uri, site_name, type, paths }: Finding,
  { direction, evidence, look }: Relation,
  { began_ms, ended_ms }: DocumentParts,
  { sha256, missing }: DigestAnswer,
): DataItem {
  const item: DataItem = {
    uri,
    type: (look && TYPES[look.state]) ?? type,
    direction,
    evidence,
    time: (direction === 'used' ? began_ms : ended_ms) / 1000,
  };
  if (site_name !== undefined) item.site_name = site_name;
  if (paths.length > 0) item.paths = [...paths];
  if (look?.signature !== undefined) item.signature = look.signature;
  if (sha256 !== undefined) item.sha256 = sha256;
  else item.missing = missing;
  if (look?.size_bytes !== undefined) item.size_bytes = look.size_bytes;
  const media_type = item.type === 'file' || item.type === 'remote' ? mediaTypeOf(uri) : undefined;
  if (media_type !== undefined) item.media_type = media_type;
  if (look?.members) item.members = look.members.slice(0, DATA.run_members);
  if (look?.member_count !== undefined) item.member_count = look.member_count;
  return item;
}
