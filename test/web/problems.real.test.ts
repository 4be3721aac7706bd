import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { laboratoryRecords } from '../cli/laboratory';
import { startSite, type TestSite } from './site-kit';

let site: TestSite;
beforeAll(async () => {
  site = await startSite({ records: laboratoryRecords() });
});
afterAll(() => site?.close());

async function problem(path: string): Promise<Record<string, unknown>> {
  const response = await site.get(`/api/v1${path}`);
  expect(response.headers.get('content-type')).toBe('application/problem+json');
  const body = (await response.json()) as Record<string, unknown>;
  expect(body.status).toBe(response.status);
  return body;
}

describe('a problem of the API', () => {
  it('has a type, a title, a status, a sentence and a code', async () => {
    expect(await problem("/runs?where=operator%20=%20'Ada'%20AND%20AND")).toEqual({
      type: 'urn:temporal-provenance:problem:filter-invalid',
      title: 'Invalid filter',
      status: 400,
      code: 'FILTER_INVALID',
      detail: expect.any(String),
      position: 21,
    });
  });

  it.each([
    [
      '/runs?wher=x',
      "Parameter 'wher' is not known. Known parameters: where, limit, after, attempts, columns, cut, format, lab.",
    ],
    ['/runs/1?a=b&c=d', "Parameters 'a', 'c' are not known. Known parameters: lab."],
    ['/runs?limit=0', "Parameter 'limit': give 1 or more."],
    ['/runs?limit=1e9', "Parameter 'limit': give 500 or less."],
    ['/runs?limit=2.5', "Parameter 'limit': give a whole number."],
    ['/runs?limit=many', "Parameter 'limit': give a number."],
    ['/runs?limit=1&limit=2', "Parameter 'limit' was given 2 times. Give it once."],
    ['/runs?attempts=perhaps', "Parameter 'attempts': give true or false."],
    ['/runs?format=xml', "Parameter 'format': give one of json, csv."],
    ['/runs?format=csv&limit=1e9', "Parameter 'limit': give 100000 or less."],
  ])('reports what is wrong with %s', async (path, detail) => {
    expect(await problem(path)).toMatchObject({ status: 400, code: 'INPUT_INVALID', detail });
  });

  it('names the parameter, for programs', async () => {
    expect(await problem('/runs?limit=0')).toMatchObject({ parameter: 'limit' });
  });

  it('reports that an address does not exist', async () => {
    expect(await problem('/nothing')).toMatchObject({ status: 404, code: 'NOT_FOUND' });
  });
});
