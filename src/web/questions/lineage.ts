/**
 * What something came from, or what was made from it: the nodes and links of `lineage --json`. Node only.
 * @module
 */
import { z } from 'zod';
import { lineageOf } from '../../questions/lineage/lineage';
import type { Lineage } from '../../questions/lineage/lineage-answers';
import { PAGE } from '../limits';
import { ref, yes } from './inputs';
import { followed } from './lineage-inputs';
import { question } from './question';
import { lineage as lineageShape } from './shapes/data';
import { remarks } from './shapes/shape';

const input = z.strictObject({
  focus: ref.describe('A run, an execution or data, as the command line takes it, or the id of a node.'),
  direction: z
    .enum(['up', 'down'])
    .default('up')
    .describe('`up`: what it came from; `down`: what was made from it.'),
  to: z.string().min(1).max(PAGE.reference_characters).optional().describe('Only the paths between the two.'),
  depth: z.coerce.number().int().min(1).optional().describe('Maximum distance, in links.'),
  data: yes.default(false).describe('Only the input data at the start, and datasets.'),
  parents: yes.default(false).describe('Include the executions of the runs, and their parents.'),
  ...followed,
});

/** `/lineage`. */
export const lineage = question<z.infer<typeof input>, Lineage & { remarks: string[] }>({
  name: 'lineage',
  path: '/lineage',
  summary: 'What something came from, or what was made from it: nodes and links.',
  input,
  answer: lineageShape.extend({ remarks }),
  async ask(scope, { focus, direction, to, depth, data, parents, kind, evidence, as_of }) {
    const { value, remarks } = await lineageOf(
      scope,
      focus,
      {
        direction,
        data,
        parents,
        ...(to !== undefined && { to }),
        ...(depth !== undefined && { depth }),
        ...(kind && { kinds: kind }),
        ...(evidence && { evidence }),
        ...(as_of && { as_of: as_of.seconds }),
      },
      {},
    );
    return { ...value, remarks };
  },
});
