import {
  ActivityFailure,
  ApplicationFailure,
  CancelledFailure,
  RetryState,
  TimeoutFailure,
} from '@temporalio/common';
import { describe, expect, it } from 'vitest';
import { createRedactor, REDACTED } from '../../src/redaction/redactor';
import { recordError } from '../../src/values/values';

describe('errors', () => {
  it('keep type, message and stack', () => {
    class DetectorError extends Error {
      override name = 'DetectorError';
    }
    const error = new DetectorError('no beam');
    expect(recordError(error)).toEqual({ type: 'DetectorError', message: 'no beam', stack: error.stack });
    expect(recordError(new TypeError('x'))).toMatchObject({ type: 'TypeError', message: 'x' });
  });

  it("keep a Temporal failure's own type, details and retryability", () => {
    const failure = ApplicationFailure.create({
      message: 'refused',
      type: 'MetadataValidationError',
      nonRetryable: true,
      details: [{ path: 'operator' }, undefined],
      cause: new Error('inner'),
    });
    expect(recordError(failure)).toEqual({
      type: 'MetadataValidationError',
      message: 'refused',
      stack: failure.stack,
      non_retryable: true,
      details: [{ path: 'operator' }, { $js: 'undefined' }],
      cause: { type: 'Error', message: 'inner', stack: (failure.cause as Error).stack },
    });
    expect(recordError(new ApplicationFailure('again', undefined, false))).toMatchObject({
      type: 'ApplicationFailure',
      non_retryable: false,
    });
    expect(recordError(new CancelledFailure('stop'))).toMatchObject({ type: 'CancelledFailure' });
    const timeout = new TimeoutFailure('late', undefined, 'START_TO_CLOSE');
    const outer = new ActivityFailure('failed', 'scan', '1', RetryState.TIMEOUT, 'me', timeout);
    expect(recordError(outer)).toMatchObject({ type: 'ActivityFailure', cause: { type: 'TimeoutFailure' } });
  });

  it('of several keep the errors they contain', () => {
    const error = new AggregateError([new Error('a'), 'b'], 'several');
    expect(recordError(error).details).toEqual([{ type: 'Error', message: 'a' }, 'b']);
  });

  it('stop at a circular cause, and at a long chain', () => {
    const a = new Error('a');
    const b = new Error('b', { cause: a });
    a.cause = b;
    expect(recordError(a)).toMatchObject({
      message: 'a',
      cause: { message: 'b', cause: { type: 'circular' } },
    });
    let chain = new Error('0');
    for (let level = 1; level < 1000; level++) chain = new Error(String(level), { cause: chain });
    let depth = 0;
    for (let at: unknown = recordError(chain); at !== undefined; at = (at as { cause?: unknown }).cause)
      depth++;
    expect(depth).toBe(11);
  });

  it('are bounded and masked, masked first', () => {
    const redactor = createRedactor();
    const error = new Error(`${'x '.repeat(8180)} password=Canary7391xQ and more ${'y'.repeat(100_000)}`);
    const recorded = recordError(error, undefined, redactor);
    expect(recorded.message.length).toBeLessThan(16_500);
    expect(recorded.message).toMatch(/characters\]$/);
    expect(JSON.stringify(recorded)).not.toContain('Canary');
    expect(recordError(new Error('postgres://u:Canary@h/x'), undefined, redactor).message).toBe(
      `postgres://${REDACTED}@h/x`,
    );
    expect(
      recordError(ApplicationFailure.create({ details: [{ password: 'Canary' }] }), undefined, redactor)
        .details,
    ).toEqual([{ password: REDACTED }]);
  });
});

describe('a thrown value that is not an error', () => {
  it.each([
    ['a string', 'no beam', { type: 'string', message: 'no beam' }],
    ['undefined', undefined, { type: 'undefined', message: 'undefined' }],
    ['null', null, { type: 'object', message: 'null' }],
    ['a number', -0, { type: 'number', message: '0' }],
    ['a symbol', Symbol('s'), { type: 'symbol', message: 'Symbol(s)' }],
    ['a function', () => 1, { type: 'function', message: 'a function' }],
    [
      'an object',
      { code: 7, message: 'm' },
      { type: 'Object', message: 'm', details: [{ code: 7, message: 'm' }] },
    ],
  ] as [string, unknown, object][])('%s', (_name, thrown, expected) => {
    expect(recordError(thrown)).toEqual(expected);
  });

  it('may be hostile', () => {
    const no = () => {
      throw new Error('no');
    };
    const hostile = new Proxy(new Error('m'), { get: no });
    expect(recordError(hostile)).toEqual({ type: 'Error', message: '' });
    expect(recordError(new Proxy(new Error('m'), { get: no, getPrototypeOf: no })).type).toBe('unreadable');
    const revoked = Proxy.revocable({}, {});
    revoked.revoke();
    expect(recordError(revoked.proxy).type).toBe('unreadable');
    const odd = Object.assign(new Error('m'), { name: 7, message: { not: 'text' }, details: 'x', cause: 0 });
    expect(recordError(odd)).toMatchObject({
      type: 'Error',
      message: '',
      cause: { type: 'number', message: '0' },
    });
  });
});
