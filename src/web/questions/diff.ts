/**
 * Two runs, executions or environments side by side. Node only.
 * @module
 */
import { z } from 'zod';
import type { Diff } from '../../questions/diff/answer';
import { DIFF_ARGUMENT, diffOf } from '../../questions/diff/diff';
import { ref } from './inputs';
import { question } from './question';

const input = z.strictObject({
  a: ref.describe(`The first of the two. ${DIFF_ARGUMENT}.`),
  b: ref.describe('The other, of the same kind.'),
});

const counts = z.object({
  equal: z.number(),
  different: z.number(),
  only_a: z.number(),
  only_b: z.number(),
  unknown: z.number(),
});

const side = z.object({
  value: z.unknown().optional().describe('As recorded; a long value is cut and has `size_bytes`.'),
  size_bytes: z.number().optional(),
  source: z.enum(['user', 'plan', 'inferred', 'stash']).optional(),
  sha256: z.string().optional().describe('Content of the data that the value names; this is compared.'),
  missing: z.string().optional().describe('Why there is no value: `not there`, or why it is unknown.'),
  run: z.string().optional(),
});

const row = z.object({
  name: z.string(),
  how: z.enum(['equal', 'different', 'only_a', 'only_b', 'unknown']),
  a: side,
  b: side,
  remark: z.string().optional(),
});

const subject = z.object({
  of: z.enum(['run', 'execution', 'environment']),
  id: z.string(),
  label: z.string(),
  scan_id: z.number().optional(),
  status: z.string().optional(),
  time: z.number(),
  took_ms: z.number().optional(),
});

/** `/diff`. */
export const diff = question<z.infer<typeof input>, Diff & { remarks: string[] }>({
  name: 'diff',
  path: '/diff',
  summary: 'Two runs, executions or environments, field by field.',
  input,
  answer: z.object({
    a: subject,
    b: subject,
    counts,
    parts: z.array(
      z.object({
        name: z.string(),
        counts,
        rows: z.array(row),
        equal: z.array(row),
        remarks: z.array(z.string()),
      }),
    ),
    remarks: z.array(z.string()),
  }),
  async ask(scope, words) {
    const { value, remarks } = await diffOf(scope, words);
    return { ...value, remarks };
  },
});
