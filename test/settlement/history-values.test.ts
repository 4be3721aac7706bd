import { expect, it } from 'vitest';
import { historyValues } from '../../src/settlement/histories/history-policy';
import type { MetadataCarriers } from '../../src/temporal/history-values';

/** As a client in another language writes it. */
const payload = (text: string) => ({
  metadata: { encoding: Buffer.from('json/plain') },
  data: Buffer.from(text),
});

async function recorded(carriers: Partial<MetadataCarriers>) {
  const whole: MetadataCarriers = {
    headers: [],
    inferred: {},
    store: { context: async () => null },
    ...carriers,
  };
  const { text, rejected } = await historyValues().metadata(whole);
  return { fields: JSON.parse(text).fields, rejected };
}

it('a whole number that would change is left out of what history gives, and named', async () => {
  expect(
    await recorded({ memo: { provenance: payload('{"id": 9007199254740993, "operator": "Ada"}') } }),
  ).toEqual({
    fields: { operator: 'Ada' },
    rejected: expect.stringMatching(/can't be stored unchanged: id is a whole number above/),
  });
  const header = payload(
    '{"v": 1, "user": {"operator": "Ada"}, "plan": {"ids": [9007199254740993], "phase": "one"}}',
  );
  expect(await recorded({ headers: [{ 'temporal-provenance': header }] })).toEqual({
    fields: { operator: 'Ada', phase: 'one' },
    rejected: expect.stringMatching(/: ids\[0\] is a whole number/),
  });
  expect(await recorded({ memo: { provenance: payload('{"id": "9007199254740993"}') } })).toEqual({
    fields: { id: '9007199254740993' },
    rejected: undefined,
  });
});
