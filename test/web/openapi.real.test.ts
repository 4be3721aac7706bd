import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { QUESTIONS } from '../../src/web/questions/all';
import { addressesOf } from './addresses';
import type { TestSite } from './site-kit';
import { startWorld } from './world';

let site: TestSite;
beforeAll(async () => {
  site = await startWorld();
});
afterAll(() => site?.close());

interface Described {
  openapi: string;
  paths: Record<string, { get: { operationId: string; parameters: object[]; responses: object } }>;
  components: { schemas: Record<string, unknown> };
}

function described(): Promise<Described> {
  return site.json<Described>('/api/v1/openapi.json');
}

describe('the description of the API', () => {
  it('is valid OpenAPI 3.1', async (context) => {
    const validator = 'openapi-spec-validator';
    context.skip(spawnSync(validator, ['--help']).error !== undefined, `${validator} is not installed`);
    const file = join(mkdtempSync(join(tmpdir(), 'openapi-')), 'openapi.json');
    writeFileSync(file, await site.text('/api/v1/openapi.json'));
    // Not in sync: a blocked process would let its connections to the server time out.
    expect((await promisify(execFile)(validator, [file])).stdout).toContain('OK');
  });

  it('has every question with its parameters, answers and problems', async () => {
    const { openapi, paths } = await described();
    expect(openapi).toBe('3.1.0');
    const operations = Object.values(paths).map(({ get }) => get.operationId);
    expect(operations).toEqual(expect.arrayContaining(QUESTIONS.map(({ name }) => name)));
    expect(paths['/runs']!.get.parameters).toContainEqual({
      name: 'limit',
      in: 'query',
      description: 'Maximum number of items.',
      schema: { type: 'integer', minimum: 1, maximum: 500, default: 50 },
    });
    expect(paths['/runs/{ref}']!.get.parameters).toContainEqual(
      expect.objectContaining({ name: 'ref', in: 'path', required: true }),
    );
    expect(paths['/runs']!.get.responses).toMatchObject({
      200: { content: { 'application/json': { schema: { $ref: '#/components/schemas/RunsAnswer' } } } },
      400: { $ref: '#/components/responses/Problem400' },
    });
  });

  it('names shared shapes instead of repeating them', async () => {
    const { components } = await described();
    const named = (name: string) => ({ $ref: `#/components/schemas/${name}` });
    expect(components.schemas.RunsAnswer).toMatchObject({
      properties: { items: { type: 'array', items: { anyOf: [named('Run'), named('RunRow')] } } },
    });
  });

  it('is sent once to a client that caches it', async () => {
    const first = await site.get('/api/v1/openapi.json');
    const again = await site.get('/api/v1/openapi.json', {
      headers: { 'If-None-Match': first.headers.get('etag')! },
    });
    expect(again.status).toBe(304);
  });
});

describe('answers', () => {
  it.each(QUESTIONS.map((question) => [question.name, question] as const))(
    'of `%s` have the described shape',
    async (_name, question) => {
      let answered = 0;
      for (const address of addressesOf(question)) {
        const response = await site.get(`/api/v1${address}`);
        const text = await response.text();
        expect([200, 404], `${address}: ${text}`).toContain(response.status);
        if (response.status === 404) continue;
        answered++;
        if (question.file) continue;
        const parsed = question.answer.safeParse(JSON.parse(text));
        expect(parsed.error?.issues ?? [], address).toEqual([]);
      }
      expect(answered, 'no address of `addresses.ts` asks this question').toBeGreaterThan(0);
    },
  );
});
