/**
 * The origin of a content, by its digest. Only the command line reads files; the server does not. Node only.
 * @module
 */
import { z } from 'zod';
import type { KnownContent } from '../../questions/lineage/data-answers';
import { whichContent } from '../../questions/lineage/which';
import { question } from './question';
import * as shapes from './shapes/data';

const input = z.strictObject({
  sha256: z
    .string()
    .trim()
    .toLowerCase()
    .regex(/^(sha256:)?[0-9a-f]{64}$/, 'Use the 64 hex digits of a sha256.')
    .transform((text) => text.replace('sha256:', ''))
    .describe('sha256 of the content: 64 hex digits. `sha256sum FILE` prints it.'),
});

/** `/which`. */
export const which = question<z.infer<typeof input>, KnownContent & { remarks: string[] }>({
  name: 'which',
  path: '/which',
  summary:
    'The runs that generated and used a content, with its names. `versions` is empty if it is unknown.',
  input,
  answer: shapes.which,
  async ask(scope, { sha256 }) {
    const { value, remarks } = await whichContent(scope, sha256);
    return { ...value, remarks };
  },
});
