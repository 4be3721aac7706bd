import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { formatPath } from '../../src/metadata/issues';
import { mergeSources } from '../../src/metadata/merge';
import { compileRules, type Judgement, type MetadataRulesOptions } from '../../src/metadata/validate';
import type { JsonObject } from '../../src/model/json';

const merge = (fields: JsonObject) => mergeSources({ user: fields });
const judge = (options: MetadataRulesOptions, fields: JsonObject) =>
  compileRules(options).apply(merge(fields));
const now = (options: MetadataRulesOptions, fields: JsonObject) => {
  const judgement = judge(options, fields);
  expect(judgement).not.toBeInstanceOf(Promise);
  return judgement as Judgement;
};
const told = (judgement: Judgement) =>
  judgement.issues.map((issue) => `${formatPath(issue.path)} ${issue.message}`);

describe('a normaliser', () => {
  const layers = {
    user: { operator: 'ada', patient: 'X' },
    stash: { operator: 'bob', patient: 'Y', sample: 'A' },
  };

  it('returns a new object, or changes its copy and returns nothing', async () => {
    const merged = mergeSources(layers);
    const before = JSON.stringify(merged);
    const variants: MetadataRulesOptions['normalizer'][] = [
      (metadata) => ({ ...metadata, operator: 'Ada', proposal: 1 }),
      (metadata) => {
        metadata.operator = 'Ada';
        metadata.proposal = 1;
      },
      async (metadata) => ({ ...metadata, operator: 'Ada', proposal: 1 }),
    ];
    for (const normalizer of variants) {
      const judgement = await compileRules({ normalizer }).apply(merged);
      expect(judgement.issues).toEqual([]);
      expect(judgement.merged.fields).toEqual({ operator: 'Ada', patient: 'X', sample: 'A', proposal: 1 });
    }
    expect(JSON.stringify(merged)).toBe(before);
  });

  it('keeps origins: a changed field keeps its source, a new one is inferred, a removed one leaves nothing', () => {
    const normalizer = ({ patient: _, ...rest }: JsonObject) => ({ ...rest, operator: 'Ada', proposal: 1 });
    const { merged } = compileRules({ normalizer }).apply(mergeSources(layers)) as Judgement;
    expect(merged).toEqual({
      fields: { operator: 'Ada', sample: 'A', proposal: 1 },
      sources: { operator: 'user', sample: 'stash', proposal: 'inferred' },
      shadowed: { operator: { stash: 'bob' } },
    });
    expect(JSON.stringify(merged)).not.toMatch(/"[XY]"|patient/);
  });

  it('runs before the validators, which judge what it returned', () => {
    const normalizer = (metadata: JsonObject) => ({
      ...metadata,
      operator: String(metadata.operator).trim(),
    });
    const validators = [z.object({ operator: z.literal('Ada') })];
    expect(told(now({ normalizer, validators }, { operator: ' Ada ' }))).toEqual([]);
    expect(told(now({ validators }, { operator: ' Ada ' }))).toHaveLength(1);
    expect(told(now({ normalizer: () => ({}), required: ['operator'] }, { operator: 'Ada' }))).toEqual([
      'operator is required',
    ]);
  });

  it('must follow the rules for metadata', () => {
    const record = (normalizer: MetadataRulesOptions['normalizer']) => {
      let validated = false;
      const judgement = now({ normalizer, validators: [() => (validated = true)] }, { a: 1 });
      expect(validated).toBe(false);
      expect(judgement.merged.fields).toEqual({ a: 1 });
      return told(judgement);
    };
    expect(record(() => ({ uid: 'mine' }))).toEqual([expect.stringMatching(/^uid is reserved/)]);
    expect(
      record((metadata) => {
        metadata['a.b'] = 1;
      }),
    ).toEqual([expect.stringMatching(/^\["a\.b"\]/)]);
    expect(record(() => ({ when: new Date() as never }))).toEqual([
      expect.stringMatching(/^when must be JSON/),
    ]);
    expect(record(() => 'text' as never)).toEqual([
      '(document) normalizer must return an object, or nothing',
    ]);
    expect(record(() => null as never)).toHaveLength(1);
    expect(
      record(() => {
        throw undefined;
      }),
    ).toEqual(['(document) normalizer threw: undefined instead of an error']);
  });

  it('has its result copied: a later change alters no record', () => {
    const shared: JsonObject = { sample: { name: 'A' } };
    const judgement = now({ normalizer: () => shared }, {});
    (shared.sample as JsonObject).name = 'changed';
    expect(judgement.merged.fields).toEqual({ sample: { name: 'A' } });
  });

  it('that does nothing changes nothing', () => {
    const json = fc.json().map((text) => ({ value: JSON.parse(text) }) as JsonObject);
    fc.assert(
      fc.property(json, (fields) => {
        fc.pre(fields.value !== null);
        const merged = merge(fields);
        const judgement = compileRules({ normalizer: () => {} }).apply(merged) as Judgement;
        if (judgement.issues.length === 0) expect(judgement.merged).toEqual(merged);
      }),
    );
  });
});
