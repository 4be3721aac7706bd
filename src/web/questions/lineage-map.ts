/**
 * The drawing of the lineage around something: boxes, lines, and numbers of hidden nodes. Node only.
 * @module
 */
import { z } from 'zod';
import { type LineageMap, lineageMap as mapOf } from '../../questions/lineage/map/map';
import { drawn, lineOf, surroundings, surroundingsQuery } from './lineage-inputs';
import { question } from './question';
import { lineageMap as mapShape } from './shapes/lineage-map';

const input = z.strictObject({ ...surroundings, ...drawn });

/** The parsed parameters of a drawing. */
export type MapInput = z.infer<typeof input>;

/** `/lineage/map`. */
export const lineageMap = question<MapInput, LineageMap & { remarks: string[] }>({
  name: 'lineageMap',
  path: '/lineage/map',
  summary: 'The drawing of the lineage around something: boxes, lines, and the numbers of hidden nodes.',
  input,
  answer: mapShape,
  async ask(scope, input) {
    const { focus, plan, pulled, apart, node, link, find } = input;
    const line = lineOf(link);
    const query = {
      ...surroundingsQuery(input),
      level: plan ? ('plan' as const) : ('runs' as const),
      pulled,
      apart,
      ...(node !== undefined && { chosen: node }),
      ...(line && { line }),
      ...(find !== undefined && { find }),
    };
    const { value, remarks } = await mapOf(scope, focus, query, {});
    return { ...value, remarks };
  },
});
