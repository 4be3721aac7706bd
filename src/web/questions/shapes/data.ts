/**
 * Shapes of data and lineage. Node only.
 * @module
 */
import { z } from 'zod';
import { EVIDENCE, type Evidence, LINK_KINDS, type LinkKind } from '../../../model/link';
import { count, instant, sha256, shape } from './shape';

const names = z.array(z.string());
const type = z.enum(['file', 'directory', 'collection', 'remote']);
const content = {
  sha256: sha256.optional(),
  size_bytes: count.optional(),
  media_type: z.string().optional(),
  missing: z.string().optional().describe('Why there is no digest.'),
};
const origin = z.literal('unknown').optional();

/** Why a link is known. */
export const evidence = z.enum(Object.keys(EVIDENCE) as [Evidence, ...Evidence[]]);
/** Kind of a link. */
export const linkKind = z.enum(Object.keys(LINK_KINDS) as [LinkKind, ...LinkKind[]]);

const code = z.looseObject({}).optional();
const runFacts = {
  uid: z.string(),
  scan_id: z.number().int().optional(),
  lab: z.string().optional(),
  activity_type: z.string().optional(),
  workflow_type: z.string().optional(),
  workflow_id: z.string().optional(),
  time: instant.optional(),
  status: z.string().optional(),
  code,
  removed: z.string().optional(),
};

/** A run that generated or used data. */
export const dataRun = shape('DataRun', z.looseObject({ ...runFacts, evidence }));

const dataRuns = { generated_by: z.array(dataRun), used_by: z.array(dataRun), used_count: count };

/** One content of an artifact. */
export const dataVersion = shape(
  'DataVersion',
  z.looseObject({
    revision: count,
    ...content,
    time: instant,
    origin,
    names,
    members: z.array(z.looseObject({ name: z.string() })).optional(),
    ...dataRuns,
  }),
);

/** An artifact with its versions. */
export const artifactDetail = shape(
  'ArtifactDetail',
  z.looseObject({
    artifact_id: z.string(),
    names,
    type,
    created_time: instant,
    versions: z.array(dataVersion),
    same_content: names,
  }),
);

/** An artifact in a list. */
export const artifactView = shape(
  'Artifact',
  z.looseObject({
    artifact_id: z.string(),
    names,
    type,
    revisions: count,
    ...content,
    time: instant,
    origin,
    generated_by: dataRun.optional(),
  }),
);

const node = {
  id: z.string(),
  label: z.string(),
  depth: z.number().int().describe('Number of links between it and the start.'),
  links_counted: count.optional(),
  ambiguous: count.optional(),
};

/** A node of a lineage. */
export const lineageNode = shape(
  'LineageNode',
  z.discriminatedUnion('type', [
    z.looseObject({ type: z.literal('run'), ...node, ...runFacts, run_id: z.string().optional() }),
    z.looseObject({
      type: z.literal('artifact'),
      ...node,
      artifact_id: z.string(),
      names,
      kind: type,
      ...content,
      time: instant,
      origin,
    }),
    z.looseObject({
      type: z.literal('execution'),
      ...node,
      run_id: z.string(),
      workflow_id: z.string(),
      workflow_type: z.string().optional(),
      time: instant.optional(),
      status: z.string().optional(),
    }),
  ]),
);

/** A link of a lineage. */
export const lineageLink = shape(
  'LineageLink',
  z.looseObject({
    from: z.string().describe('The earlier node.'),
    to: z.string(),
    kind: linkKind,
    evidence,
    from_path: z.string().optional(),
    to_path: z.string().optional(),
  }),
);

/** The lineage of something. */
export const lineage = shape(
  'Lineage',
  z.looseObject({
    roots: z.array(z.string()),
    direction: z.enum(['up', 'down']),
    nodes: z.array(lineageNode),
    links: z.array(lineageLink),
    ambiguous: z.object({ links: z.array(lineageLink), nodes: z.array(lineageNode) }),
    truncated: z.boolean(),
    behind: count,
  }),
);

/** What is known of a content. */
export const which = shape(
  'Which',
  z.looseObject({
    sha256,
    size_bytes: count.optional(),
    versions: z.array(
      z.looseObject({ artifact: z.string(), names, revision: count, time: instant, ...dataRuns }),
    ),
  }),
);

const item = {
  id: z.string(),
  names,
  kind: type,
  sha256: sha256.optional(),
  size_bytes: count.optional(),
  missing: z.string().optional(),
  evidence,
  paths: z.array(z.string()).optional(),
};

/** Data in and out of a run. */
export const runData = shape(
  'RunData',
  z.looseObject({
    inputs: z.enum(['known', 'none', 'unknown']),
    reasons: z.array(z.string()).optional(),
    used: z.array(z.looseObject({ ...item, generated_by: z.array(dataRun) })),
    generated: z.array(z.looseObject(item)),
    given: z.array(z.looseObject({ id: z.string(), label: z.string(), evidence })),
    behind: count.optional(),
  }),
);
