/**
 * The health of the capture, and the size of the store. Node only.
 * @module
 */
import { z } from 'zod';
import { type HealthReport, healthReport, installationOf } from '../../questions/health/report';
import { growthText, type StoreSize, sizeOf } from '../../questions/health/sizes';
import { question } from './question';
import { count, shape } from './shapes/shape';

const input = z.strictObject({});
const judged = z.enum(['ok', 'warn', 'fail']);

const report = shape(
  'Health',
  z.looseObject({
    location: z.string(),
    summary: z.string(),
    health: judged.describe('The worst of the findings.'),
    conclusion: z.string(),
    findings: z.array(z.looseObject({ check: z.string(), health: judged, words: z.string() })),
    identity: z.looseObject({ storage_id: z.string(), state_id: count }),
    counts: z.looseObject({}),
    labs: z.array(z.string()),
    losses: z.array(z.looseObject({})),
    spool: z.looseObject({}),
  }),
);

/** `/health`. */
export const health = question<z.infer<typeof input>, HealthReport>({
  name: 'health',
  path: '/health',
  summary: 'The checks of `doctor`, in its order and words.',
  input,
  slow: true,
  answer: report,
  ask: (scope) => healthReport(scope),
});

/** The sizes, and the growth in words. */
export interface SizesAnswer extends StoreSize {
  growth: string;
}

/** `/health/sizes`. */
export const sizes = question<z.infer<typeof input>, SizesAnswer>({
  name: 'sizes',
  path: '/health/sizes',
  summary: 'The size of the store, table by table, and its growth. Reads the whole store.',
  input,
  slow: true,
  answer: z.looseObject({
    location: z.string(),
    size_bytes: count,
    runs: count,
    tables: z.array(z.looseObject({ name: z.string(), size_bytes: count })),
    growth: z.string(),
  }),
  async ask(scope) {
    const found = await sizeOf(scope, installationOf(scope).url);
    return { ...found, growth: growthText(found) };
  },
});
