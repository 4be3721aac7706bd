import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Json, JsonObject } from '../../src/model/json';
import { createRedactor, REDACTED, REDACTION_FAILED } from '../../src/redaction/redactor';
import { HARMLESS, LONG, NAMES, PLANTED } from './redact-cases';

const redactor = createRedactor();

describe('planted secrets', () => {
  it.each(PLANTED)('%s', (_name, value, secret) => {
    expect(JSON.stringify(value)).toContain(JSON.stringify(secret).slice(1, -1)); // planted indeed
    for (const placed of [value, { deep: [{ list: [value] }] }, { body: JSON.stringify(value) }] as Json[]) {
      const redacted = redactor.value(placed);
      expect(JSON.stringify(redacted.value)).not.toContain(secret);
      expect(Object.keys(redacted.redactions ?? {})).not.toEqual([]);
      const text = redactor.jsonText(JSON.stringify(placed));
      expect(text.text).toBe(JSON.stringify(redacted.value));
      expect(text.redactions).toEqual(redacted.redactions);
    }
    const plain = typeof value === 'string' ? value : JSON.stringify(value);
    expect(redactor.text(plain).text).not.toContain(secret);
  });
});

describe('harmless look-alikes', () => {
  it.each(HARMLESS.map((value) => [JSON.stringify(value).slice(0, 50), value] as const))(
    '%s',
    (_name, value) => {
      expect(redactor.value(value)).toEqual({ value });
      expect(redactor.value(value).value).toBe(value);
      const text = JSON.stringify({ inner: value });
      expect(redactor.jsonText(text)).toEqual({ text });
    },
  );
});

describe('names', () => {
  it.each(NAMES.map((name) => [name]))('%s', (name) => {
    const value = { list: [{ [name]: LONG }] };
    expect(redactor.value(value)).toEqual({
      value: { list: [{ [name]: REDACTED }] },
      redactions: { key: 1 },
    });
    expect(redactor.jsonText(JSON.stringify(value)).redactions).toEqual({ key: 1 });
    const query = `x=1&${name}=${LONG}&y=2`;
    if (!name.includes(' ')) expect(redactor.text(query).text).not.toContain(LONG);
  });
});

describe('what is masked', () => {
  it('keeps everything around a secret', () => {
    expect(redactor.text('psql postgres://app:pw@db/x?sslmode=require').text).toBe(
      `psql postgres://${REDACTED}@db/x?sslmode=require`,
    );
    expect(redactor.text('a=1&password=x&b=2').text).toBe(`a=1&password=${REDACTED}&b=2`);
    expect(redactor.value({ a: 1, password: 'x', b: [true, null] }).value).toEqual({
      a: 1,
      password: REDACTED,
      b: [true, null],
    });
    expect(redactor.text('ssh://git:pw@h/x and git@h:x').text).toBe(`ssh://${REDACTED}@h/x and git@h:x`);
  });

  it('counts by rule', () => {
    const value = { password: 'x', note: 'https://u:p@h and token=abc123 and ghp_0123456789abcdefghij' };
    expect(redactor.value(value).redactions).toEqual({
      key: 1,
      'url-credentials': 1,
      assignment: 1,
      token: 1,
    });
  });

  it('does not mask again what is masked', () => {
    const once = redactor.value({ password: 'x', url: 'https://u:p@h/', text: 'token=abc123' }).value;
    expect(redactor.value(once)).toEqual({ value: once });
  });

  it('does not change its argument, `__proto__` included', () => {
    const value = JSON.parse('{"__proto__":{"password":"x"},"constructor":{"token":"abc"}}') as JsonObject;
    const before = JSON.stringify(value);
    const redacted = redactor.value(value).value;
    expect(JSON.stringify(value)).toBe(before);
    expect(JSON.stringify(redacted)).toBe(
      `{"__proto__":{"password":"${REDACTED}"},"constructor":{"token":"${REDACTED}"}}`,
    );
    expect(({} as Record<string, unknown>).password).toBeUndefined();
  });
});

describe('the options', () => {
  it('mask registered values in every form', () => {
    const secret = 'päss "w/ord" 1';
    const own = createRedactor({ values: [secret] });
    const forms = [
      secret,
      JSON.stringify({ secret }),
      encodeURIComponent(secret),
      ...['', 'u:', 'usr:'].map((lead) => Buffer.from(`${lead}${secret}!`).toString('base64')),
    ];
    for (const form of forms) {
      const redacted = own.value({ note: `<${form}>` });
      expect(redacted.redactions, form).toEqual({ registered: 1 });
      expect(JSON.stringify(redacted.value)).not.toContain(form);
      expect(own.jsonText(JSON.stringify({ note: `<${form}>` })).redactions, form).toEqual({ registered: 1 });
    }
    expect(createRedactor({ values: ['739173'] }).value({ n: 739173 }).value).toEqual({ n: REDACTED });
  });

  it('take further names, and names to keep', () => {
    const own = createRedactor({ keys: ['licence code', /^x-/], keepKeys: ['api_key'] });
    expect(own.value({ licenceCode: 'a', 'my-licence-code': 'b', 'x-any': 'c', apiKey: 'd' }).value).toEqual({
      licenceCode: REDACTED,
      'my-licence-code': REDACTED,
      'x-any': REDACTED,
      apiKey: 'd',
    });
    const words = createRedactor({ keys: ['lab pin code'] });
    expect(words.jsonText('{"a":{"labPinCode":"1"}}').text).toBe(`{"a":{"labPinCode":"${REDACTED}"}}`);
  });

  it('take further patterns, whatever their flags', () => {
    const own = createRedactor({ patterns: [/PROJ-\d+/y] });
    expect(own.jsonText('{"a":"x PROJ-12, PROJ-13"}')).toEqual({
      text: `{"a":"x ${REDACTED}, ${REDACTED}"}`,
      redactions: { pattern: 2 },
    });
  });

  it('can be off', () => {
    const off = createRedactor({ off: true });
    expect(off.value({ password: 'x' })).toEqual({ value: { password: 'x' } });
    expect(off.text('password=x')).toEqual({ text: 'password=x' });
  });

  it.each([
    [{ values: ['short'] }, 'redact.values[0]'],
    [{ values: 'abcdefgh' as never }, 'redact.values'],
    [{ keys: ['--'] }, 'redact.keys'],
    [{ patterns: ['x'] as never }, 'redact.patterns'],
  ])('%j are refused, without their value', (options, named) => {
    expect(() => createRedactor(options)).toThrow(named);
    expect(() => createRedactor(options)).not.toThrow('short');
  });
});

describe('when redaction fails', () => {
  it('drops what it could not read', () => {
    let deep: Json = { password: 'x' };
    for (let level = 0; level < 5000; level++) deep = [deep];
    expect(redactor.value(deep)).toEqual({ value: REDACTION_FAILED, redactions: { 'redaction-failed': 1 } });
    expect(redactor.jsonText('{"password": tru')).toEqual({
      text: JSON.stringify(REDACTION_FAILED),
      redactions: { 'redaction-failed': 1 },
    });
  });

  it('drops a value that throws when it is read', () => {
    const throwing = new Proxy(
      {},
      {
        ownKeys: () => {
          throw new Error('Canary7391xQ');
        },
      },
    );
    const redacted = redactor.value({ password: 'x', inner: throwing as JsonObject });
    expect(redacted.value).toBe(REDACTION_FAILED);
  });
});

describe('any JSON', () => {
  it('without secrets is returned unchanged, and text and value agree', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
        const text = JSON.stringify(value);
        const parsed = JSON.parse(text) as Json;
        const byValue = redactor.value(parsed);
        expect(redactor.jsonText(text).text).toBe(
          byValue.value === parsed ? text : JSON.stringify(byValue.value),
        );
      }),
    );
  });

  it('with a registered value anywhere loses it', () => {
    const secret = 'S3cr"et\\Value';
    const own = createRedactor({ values: [secret] });
    const piece = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 20 }),
      fc.constantFrom('\n', '\\', '"', 'n', '{"', '://'),
    );
    fc.assert(
      fc.property(fc.array(piece), fc.array(piece), (before, after) => {
        const value = { text: before.join('') + secret + after.join('') };
        expect(own.value(value).value.text).not.toContain(secret);
        expect((JSON.parse(own.jsonText(JSON.stringify(value)).text) as { text: string }).text).not.toContain(
          secret,
        );
      }),
    );
  });
});
