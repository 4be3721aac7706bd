/**
 * Contents by digest: patches, package lists, code files. Node only.
 * @module
 */
import { z } from 'zod';
import { contentOf } from '../../questions/content';
import { question } from './question';

const input = z.strictObject({
  digest: z
    .string()
    .regex(/^sha256:[0-9a-f]{64}$/, 'Use `sha256:` and 64 hex digits, as in an environment.')
    .describe('`sha256:` and 64 hex digits, as in an environment.'),
});

/** A content, as passed between threads. */
export interface KeptContent {
  digest: string;
  media_type: string;
  base64: string;
}

/** `/content/{digest}`: the bytes themselves. */
export const content = question<z.infer<typeof input>, KeptContent>({
  name: 'content',
  path: '/content/{digest}',
  summary: 'A stored content (a patch, a package list, a code file), as a download.',
  input,
  answer: z.looseObject({ digest: z.string(), media_type: z.string(), base64: z.base64() }),
  file: ({ digest, media_type, base64 }) => ({
    name: digest.replace('sha256:', ''),
    media_type,
    bytes: Buffer.from(base64, 'base64'),
  }),
  async ask(scope, { digest }) {
    const { media_type, bytes } = await contentOf(scope, digest);
    return { digest, media_type, base64: Buffer.from(bytes).toString('base64') };
  },
});
