/**
 * Data that runs used and generated, as in `artifacts` and `artifact`. Node only.
 * @module
 */
import { z } from 'zod';
import { artifactOf, artifactsNamed, artifactsPart } from '../../questions/lineage/artifacts';
import type { ArtifactDetail, ArtifactView } from '../../questions/lineage/data-answers';
import { instant } from '../../questions/words';
import { type CsvColumn, csvOfItems } from '../csv/form';
import { PAGE } from '../limits';
import { after, limit, ref } from './inputs';
import { type Part, question } from './question';
import { artifactDetail, artifactView } from './shapes/data';
import { part, remarks } from './shapes/shape';

const input = z.strictObject({
  where: z
    .string()
    .max(PAGE.filter_characters)
    .default('')
    .describe("A filter, as for `artifacts --where`: origin = 'unknown' AND size_bytes > 1000000."),
  find: z
    .string()
    .max(PAGE.reference_characters)
    .default('')
    .describe('A name, the end of a name, a URI, or a digest or its first digits; `where` is then ignored.'),
  limit,
  after,
});

const COLUMNS: readonly CsvColumn<ArtifactView>[] = [
  ['artifact_id', ({ artifact_id }) => artifact_id],
  ['name', ({ names }) => names[0]],
  ['type', ({ type }) => type],
  ['versions', ({ revisions }) => revisions],
  ['sha256', ({ sha256 }) => sha256],
  ['size_bytes', ({ size_bytes }) => size_bytes],
  ['media_type', ({ media_type }) => media_type],
  ['met', ({ time }) => instant(time, 'milliseconds')],
  ['origin', ({ origin }) => origin ?? 'recorded'],
  ['generated_by', ({ generated_by }) => generated_by?.uid],
];

/** `/artifacts`. */
export const artifacts = question<z.infer<typeof input>, Part<ArtifactView>>({
  name: 'artifacts',
  path: '/artifacts',
  summary: 'Data that runs used and generated, the last seen first.',
  input,
  answer: part(artifactView),
  csv: csvOfItems(COLUMNS),
  async ask(scope, { where, find, limit, after }) {
    if (find.trim() !== '') {
      const { value, remarks } = await artifactsNamed(scope, find, limit);
      return { items: value, remarks };
    }
    const from = after === undefined ? undefined : Number(after);
    const query = { where, limit, ...(Number.isSafeInteger(from) && { after: from }) };
    const { value, remarks } = await artifactsPart(scope, query);
    const { items, next } = value;
    return { items, ...(next !== undefined && { next: String(next) }), remarks };
  },
});

const one = z.strictObject({
  ref: ref.describe(
    'A name, a URI, sha256:<digest> or its first digits, or an artifact id; NAME@3 for a version.',
  ),
});

/** `/artifacts/{ref}`. */
export const artifact = question<z.infer<typeof one>, ArtifactDetail & { remarks: string[] }>({
  name: 'artifact',
  path: '/artifacts/{ref+}',
  summary: 'One artifact: its names and versions, and the runs that generated and used them.',
  input: one,
  answer: artifactDetail.extend({ remarks }),
  async ask(scope, { ref }) {
    const { value, remarks } = await artifactOf(scope, ref, {});
    return { ...value, remarks };
  },
});
