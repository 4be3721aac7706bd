/**
 * The stored contents of an environment: uncommitted changes and packages. Node only.
 * @module
 */
import { z } from 'zod';
import { findEnvironment, keptText } from '../../../questions/stories/environments';
import { type PackageRow, packagesOf } from '../../../questions/stories/packages';
import { CODE } from '../../limits';
import { ref } from '../inputs';
import { question } from '../question';
import { count } from '../shapes/shape';

const of = ref.describe('Environment id, its first digits, or a run.');

/** `/environments/{ref}/patch`. */
export const environmentPatch = question<{ ref: string }, { text: string }>({
  name: 'environmentPatch',
  path: '/environments/{ref}/patch',
  summary: 'The uncommitted changes of an environment, as input for `git apply`.',
  input: z.strictObject({ ref: of }),
  answer: z.object({ text: z.string() }),
  ask: async (scope, { ref }) => ({
    text: await keptText(scope, (await findEnvironment(scope, ref)).value, 'patch'),
  }),
});

const input = z.strictObject({
  ref: of,
  package: z.string().max(200).default('').describe('Only packages with this text in their name.'),
  limit: z.coerce
    .number()
    .int()
    .min(1)
    .max(CODE.most_packages)
    .default(CODE.packages)
    .describe('Maximum number of packages.'),
});

/** Packages of an environment. */
export interface PackagesAnswer {
  items: PackageRow[];
  /** The number of matching packages. */
  count: number;
  /** The number of all packages. */
  all: number;
  /** The text of the lock file, if only that was kept. */
  text?: string;
}

/** `/environments/{ref}/packages`. */
export const environmentPackages = question<z.infer<typeof input>, PackagesAnswer>({
  name: 'environmentPackages',
  path: '/environments/{ref}/packages',
  summary: 'The installed packages of an environment.',
  input,
  answer: z.object({
    items: z.array(z.looseObject({ type: z.string(), name: z.string(), version: z.string() })),
    count,
    all: count,
    text: z.string().optional(),
  }),
  async ask(scope, { ref, package: part, limit }) {
    const { value } = await findEnvironment(scope, ref);
    const { rows, text } = await packagesOf(scope, value);
    if (text !== undefined) return { items: [], count: 0, all: 0, text: text.slice(0, CODE.lock_characters) };
    const wanted = part.toLowerCase();
    const found = rows.filter(({ name }) => name.toLowerCase().includes(wanted));
    return { items: found.slice(0, limit), count: found.length, all: rows.length };
  },
});
