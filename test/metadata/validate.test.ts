import type { StandardSchemaV1 } from '@standard-schema/spec';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ProvenanceError } from '../../src/errors';
import { formatPath } from '../../src/metadata/issues';
import { mergeSources } from '../../src/metadata/merge';
import {
  compileRules,
  type Judgement,
  type MetadataRulesOptions,
  type Validator,
} from '../../src/metadata/validate';
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

/** A Standard Schema made by hand. */
function schema(validate: StandardSchemaV1['~standard']['validate']): StandardSchemaV1 {
  return { '~standard': { version: 1, vendor: 'hand-made', validate } };
}

describe('no rules', () => {
  it('accept everything unchanged', () => {
    const rules = compileRules();
    const merged = merge({ a: 1 });
    expect(rules.empty).toBe(true);
    expect(rules.apply(merged)).toEqual({ merged, issues: [] });
    expect((rules.apply(merged) as Judgement).merged).toBe(merged);
    expect(compileRules({ required: ['a'] }).empty).toBe(false);
    expect(compileRules({ validators: [() => {}] }).empty).toBe(false);
    expect(compileRules({ normalizer: () => {} }).empty).toBe(false);
  });
});

describe('required fields', () => {
  it.each([
    [{}, false],
    [{ operator: '' }, false],
    [{ operator: ' \n' }, false],
    [{ operator: {} }, false],
    [{ operator: [] }, false],
    [{ operator: 0 }, true],
    [{ operator: false }, true],
    [{ operator: 'Ada' }, true],
    [{ operator: { name: '' } }, true],
  ] as [JsonObject, boolean][])('%j: %s', (fields, accepted) => {
    const { issues } = now({ required: ['operator'] }, fields);
    expect(issues.map((issue) => issue.path)).toEqual(accepted ? [] : [['operator']]);
  });

  it.each([
    [{}, 'is required'],
    [{ sample: 'Au' }, 'is required'],
    [{ sample: { other: 1 } }, 'is required'],
    [{ sample: { name: ' ' } }, 'is required, and empty'],
  ] as [JsonObject, string][])('by path, %j: %s', (fields, message) => {
    expect(told(now({ required: ['sample.name'] }, fields))).toEqual([`sample.name ${message}`]);
    expect(told(now({ required: ['sample.name'] }, { sample: { name: 'Au' } }))).toEqual([]);
  });

  it('are own fields', () => {
    expect(told(now({ required: ['toString', '__proto__'] }, {}))).toHaveLength(2);
  });
});

describe('a zod schema', () => {
  const Lab = z.object({
    operator: z.string().min(2),
    sample: z.object({ name: z.string() }),
    energy: z.number().max(10),
  });

  it('accepts what zod accepts, ignoring its output', () => {
    const transforming = z.object({
      operator: z.string().transform(() => 'changed'),
      extra: z.string().default('x'),
    });
    const judgement = now({ validators: [transforming] }, { operator: 'Ada' });
    expect(judgement.issues).toEqual([]);
    expect(judgement.merged.fields).toEqual({ operator: 'Ada' });
  });

  it('refuses with every issue at its path', () => {
    const judgement = now({ validators: [Lab] }, { operator: 'A', sample: {}, energy: 'high' });
    expect(judgement.issues.map((issue) => formatPath(issue.path))).toEqual([
      'operator',
      'sample.name',
      'energy',
    ]);
  });

  it('may be asynchronous', async () => {
    const slow = z.object({
      operator: z.string().refine(async (name) => name !== 'Bob', 'nobody of that name'),
    });
    expect(told(await judge({ validators: [slow] }, { operator: 'Bob' }))).toEqual([
      'operator nobody of that name',
    ]);
    expect(told(await judge({ validators: [slow] }, { operator: 'Ada' }))).toEqual([]);
  });

  it('does not repeat values in its messages', () => {
    const quoting = z.object({
      operator: z
        .string()
        .refine(() => false, { error: (issue) => `no operator "${String(issue.input)}" here` }),
      code: z.string().regex(/^x/, { error: (issue) => `${String(issue.input)} is no code` }),
      count: z.number().refine(() => false, { error: (issue) => `got ${String(issue.input)}` }),
    });
    const fields = { operator: 'Grace Hopper', code: 'Canary-1', count: 739173 };
    expect(told(now({ validators: [quoting] }, fields))).toEqual([
      'operator no operator "[value]" here',
      'code [value] is no code',
      'count got [value]',
    ]);
  });

  it('that a function throws is reported issue by issue', () => {
    const judgement = now(
      { validators: [(metadata) => Lab.parse(metadata)] },
      { operator: 'Ada', energy: 11 },
    );
    expect(judgement.issues.map((issue) => formatPath(issue.path))).toEqual(['sample', 'energy']);
  });
});

describe('any Standard Schema', () => {
  it.each([
    ['accepts', () => ({ value: 1 }), []],
    [
      'names keys and segments',
      () => ({ issues: [{ message: 'm', path: ['a', { key: 0 }, Symbol('s')] }] }),
      ['a[0]["Symbol(s)"] m'],
    ],
    ['without a path', () => ({ issues: [{ message: 'm' }] }), ['(document) m']],
    ['without a message', () => ({ issues: [{ path: ['a'] }] }), ['a is not accepted']],
    [
      'without an issue',
      () => ({ issues: [] }),
      ['(document) schema (hand-made) refused the metadata without a reason'],
    ],
    ['without a result', () => undefined, ['(document) schema (hand-made) returned no result']],
    [
      'of nonsense',
      () => ({ issues: [null, 7] }),
      ['(document) is not accepted', '(document) is not accepted'],
    ],
    [
      'that throws',
      () => {
        throw new Error('broken');
      },
      ['(document) schema (hand-made) threw: broken'],
    ],
  ] as [string, () => never, string[]][])('%s', (_name, validate, expected) => {
    expect(told(now({ validators: [schema(validate)] }, { a: [1] }))).toEqual(expected);
  });

  it('may be a function that carries the standard, as arktype has it', () => {
    const callable = Object.assign(
      () => 'not called',
      schema(() => ({ issues: [{ message: 'm' }] })),
    );
    expect(told(now({ validators: [callable] }, {}))).toEqual(['(document) m']);
  });
});

/** Things that nobody expects to be thrown, and what is made of them. */
const ODD: readonly [string, unknown, string][] = [
  ['a string', 'no beam', 'no beam'],
  ['an empty string', '', 'an empty string'],
  ['undefined', undefined, 'undefined instead of an error'],
  ['null', null, 'object instead of an error'],
  ['a number', 7, 'number instead of an error'],
  ['an error', new Error('two\n lines'), 'two lines'],
  ['an error without a message', new Error(), 'something without a message'],
  ['an object', { message: { a: 1 } }, 'something without a message'],
];

describe('a function', () => {
  it.each(ODD)('may throw %s', async (_name, thrown, text) => {
    function lab(): never {
      throw thrown;
    }
    const expected = [`(document) validator lab threw: ${text}`];
    expect(told(now({ validators: [lab] }, {}))).toEqual(expected);
    async function lab2(): Promise<never> {
      throw thrown;
    }
    expect(told(await judge({ validators: [lab2] }, {}))).toEqual([expected[0]!.replace('lab', 'lab2')]);
  });

  it('may throw a value that throws when it is read', () => {
    const hostile = new Proxy(
      {},
      {
        get: () => {
          throw new Error('no');
        },
      },
    );
    const throwing = () => {
      throw hostile;
    };
    expect(told(now({ validators: [throwing] }, {}))).toEqual([
      '(document) validator throwing failed with an unreadable error',
    ]);
    expect(now({ validators: [() => hostile] }, {}).issues).toHaveLength(1);
  });

  it('accepts by returning anything but false', () => {
    for (const value of [undefined, null, 0, '', true, { issues: ['x'] }, new Error('returned')]) {
      expect(told(now({ validators: [() => value] }, { a: 1 }))).toEqual([]);
    }
    expect(
      told(
        now(
          {
            validators: [
              function lab() {
                return false;
              },
            ],
          },
          {},
        ),
      ),
    ).toEqual(['(document) validator lab returned false']);
  });

  it('gets its own copy', () => {
    const seen: JsonObject[] = [];
    const spoil = (metadata: JsonObject) => {
      seen.push(structuredClone(metadata));
      (metadata.sample as JsonObject).name = 'spoilt';
      metadata.added = true;
    };
    const merged = merge({ sample: { name: 'A' } });
    const judgement = compileRules({ validators: [spoil, spoil] }).apply(merged) as Judgement;
    expect(seen).toEqual([{ sample: { name: 'A' } }, { sample: { name: 'A' } }]);
    expect(judgement.merged).toBe(merged);
    expect(merged.fields).toEqual({ sample: { name: 'A' } });
  });

  it('does not repeat given values, but may name inferred ones', () => {
    const merged = mergeSources({ user: { operator: 'Grace' }, inferred: { plan_name: 'reduce' } });
    const refuse = () => {
      throw new Error('Grace may not reduce; Graceful degradation');
    };
    const judgement = compileRules({ validators: [refuse] }).apply(merged) as Judgement;
    expect(told(judgement)).toEqual([
      '(document) validator refuse threw: [value] may not reduce; Graceful degradation',
    ]);
  });
});

describe('time', () => {
  const never = () => new Promise(() => {});

  it('of a validator is limited, and the other validators still run', async () => {
    const late: Validator = async () => {
      await new Promise((resolve) => setTimeout(resolve, 30));
      throw new Error('too late to matter');
    };
    const options = {
      validators: [
        never,
        late,
        () => {
          throw new Error('at once');
        },
      ],
      validatorTimeoutMs: 10,
    };
    expect(told(await judge({ ...options, required: ['operator'] }, {}))).toEqual([
      'operator is required',
      '(document) validator never did not answer within 10 ms',
      '(document) validator late did not answer within 10 ms',
      '(document) validator (anonymous) threw: at once',
    ]);
    await new Promise((resolve) => setTimeout(resolve, 40)); // a late rejection is nobody's unhandled one
  });

  it('of a normaliser is limited', async () => {
    const judgement = await judge(
      { normalizer: never as never, validatorTimeoutMs: 10, required: ['x'] },
      { a: 1 },
    );
    expect(told(judgement)).toEqual(['(document) normalizer did not answer within 10 ms']);
  });

  it('is one second by default', async () => {
    expect(told(await judge({ validators: [never] }, {}))).toEqual([
      '(document) validator never did not answer within 1000 ms',
    ]);
  });
});

describe('invalid rules', () => {
  it.each([
    [{ required: ['uid'] }, 'uid'],
    [{ required: ['sample..name'] }, 'sample..name'],
    [{ required: ['time.zone'] }, 'time.zone'],
    [{ required: 'operator' as never }, 'required'],
    [{ required: [7 as never] }, 'required'],
    [{ validators: [() => {}, {} as never] }, 'validators[1]'],
    [{ validators: z.object({}) as never }, 'validators'],
    [{ normalizer: {} as never }, 'normalizer'],
    [{ validatorTimeoutMs: 0 }, 'validatorTimeoutMs'],
    [{ validatorTimeoutMs: Number.NaN }, 'validatorTimeoutMs'],
  ])('%j', (options, named) => {
    expect(() => compileRules(options)).toThrow(ProvenanceError);
    expect(() => compileRules(options)).toThrow(named);
  });
});
