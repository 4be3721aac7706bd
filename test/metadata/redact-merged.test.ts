import { describe, expect, it } from 'vitest';
import { mergeSources } from '../../src/metadata/merge';
import type { JsonObject } from '../../src/model/json';
import { redactMerged } from '../../src/redaction/merged';
import { createRedactor, REDACTED } from '../../src/redaction/redactor';

const redactor = createRedactor();

describe('merged metadata', () => {
  it('without secrets is not changed', () => {
    const merged = mergeSources({ user: { operator: 'Ada' }, stash: { operator: 'Bob' } });
    expect(redactMerged(redactor, merged)).toEqual({ merged });
    expect(redactMerged(redactor, merged).merged).toBe(merged);
  });

  it('keeps the source of each masked field, and what it shadowed', () => {
    const merged = mergeSources({
      user: { api_token: 'Canary', operator: 'Ada' },
      plan: { api_token: 'Canary', note: 'postgres://u:Canary@h/x' },
      stash: { api_token: { inner: 'Canary' } },
    });
    expect(redactMerged(redactor, merged)).toEqual({
      merged: {
        fields: { api_token: REDACTED, operator: 'Ada', note: `postgres://${REDACTED}@h/x` },
        sources: { api_token: 'user', operator: 'user', note: 'plan' },
        shadowed: { api_token: { plan: REDACTED, stash: REDACTED } },
      },
      redactions: { key: 3, 'url-credentials': 1 },
    });
  });

  it('masks a name that is a secret itself, everywhere', () => {
    const name = 'AKIAIOSFODNN7CANARY1';
    const merged = mergeSources({ user: { [name]: 1 }, stash: { [name]: 2 } });
    const redacted = redactMerged(redactor, merged);
    expect(JSON.stringify(redacted)).not.toContain(name);
    expect(redacted.merged.sources).toEqual({ [REDACTED]: 'user' });
  });

  it('keeps `__proto__` as data', () => {
    const merged = mergeSources({
      user: JSON.parse('{"__proto__":{"password":"Canary"},"a":1}') as JsonObject,
    });
    const redacted = redactMerged(redactor, merged);
    expect(JSON.stringify(redacted.merged.fields)).toBe(`{"__proto__":{"password":"${REDACTED}"},"a":1}`);
    expect(JSON.stringify(redacted.merged.sources)).toBe('{"__proto__":"user","a":"user"}');
  });
});
