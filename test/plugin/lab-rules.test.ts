/** General rules hold for every lab, a lab's own are added, and what is kept of them is known by its content. */
import { expect, test } from 'vitest';
import { z } from 'zod';
import { formatPath } from '../../src/metadata/issues';
import { mergeSources } from '../../src/metadata/merge';
import type { JsonObject } from '../../src/model/json';
import { LabRulesBook, type RulesOptions } from '../../src/options/lab-rules';

const book = (options: Partial<RulesOptions>) =>
  new LabRulesBook({ onRefusal: 'fail', labs: {}, ...options });

async function told(rules: LabRulesBook, lab: string, fields: JsonObject): Promise<string[]> {
  const { issues } = await rules.of(lab).rules.apply(mergeSources({ user: fields }));
  return issues.map(({ path, message }) => `${formatPath(path)} ${message}`);
}

const contentOf = (rules: LabRulesBook, lab: string) =>
  JSON.parse(new TextDecoder().decode(rules.contentOf(lab)!.bytes));

test("a lab's own rules are added to the general ones", async () => {
  const rules = book({
    required: ['operator'],
    fields: { operator: { type: 'string' } },
    validators: [() => {}],
    labs: {
      north: {
        required: ['sample.name', 'operator'],
        fields: { 'sample.name': { pattern: '^Ni' }, operator: { maxLength: 5 } },
        validators: [(metadata) => metadata.dose !== 13],
        onRefusal: 'wait',
      },
    },
  });
  const fields = { sample: { name: 'Au' }, dose: 13 };
  expect(await told(rules, 'south', fields)).toEqual(['operator is required']);
  expect(await told(rules, 'north', fields)).toEqual([
    'operator is required',
    'sample.name must match ^Ni',
    '(document) validator (anonymous) returned false',
  ]);
  expect(await told(rules, 'north', { ...fields, operator: 'Ada Lovelace' })).toContain(
    'operator must have at most 5 characters',
  );
  expect([rules.of('north').onRefusal, rules.of('south').onRefusal]).toEqual(['wait', 'fail']);
  expect(rules.of('toString').digest).toBe(rules.of('south').digest);
});

test("the general normalizer runs before the lab's", async () => {
  const rules = book({
    normalizer: (metadata) => ({ ...metadata, operator: String(metadata.operator).trim() }),
    labs: {
      north: {
        normalizer: async (metadata) => {
          metadata.operator = `${String(metadata.operator)}!`;
        },
      },
    },
  });
  const merged = mergeSources({ user: { operator: ' Ada ' } });
  const judged = await rules.of('north').rules.apply(merged);
  expect(judged.merged).toEqual({ fields: { operator: 'Ada!' }, sources: { operator: 'user' } });
});

test('the kept rules say what is required, and what schemas say of themselves', () => {
  const sample = z.object({ sample: z.object({ name: z.string().regex(/^Ni/) }) });
  function approved() {}
  const rules = book({
    required: ['operator'],
    validators: [sample, approved, z.object({ at: z.date() })],
    normalizer: (metadata) => metadata,
    labs: { north: { fields: { dose: { maximum: 5 } } } },
  });
  expect(contentOf(rules, 'north')).toEqual({
    required: ['operator'],
    fields: { dose: { maximum: 5 } },
    validators: [
      {
        kind: 'schema',
        name: 'zod',
        json_schema: expect.objectContaining({ required: ['sample'], properties: expect.anything() }),
      },
      { kind: 'function', name: 'approved' },
      { kind: 'schema', name: 'zod', reason: 'not_representable' },
    ],
    normalizers: ['normalizer'],
    on_refusal: 'fail',
  });
});

test('equal rules have one digest, others another, and no rules have none', () => {
  const [a, b] = [{ required: ['operator'] }, { required: ['sample'] }];
  expect(book(a).of('x').digest).toMatch(/^sha256:[0-9a-f]{64}$/);
  expect(book(a).of('x').digest).toBe(book({ labs: { y: a } }).of('y').digest);
  expect(book(a).of('x').digest).not.toBe(book(b).of('x').digest);
  expect([book({}).of('x').digest, book({ labs: { y: a } }).contentOf('x')]).toEqual([undefined, undefined]);
});

test('an invalid rule is named with its lab', () => {
  const labs = { north: { validators: [1 as never] } };
  expect(() => book({ labs })).toThrow(/^labs\.north: validators\[0\] must be a function/);
});
