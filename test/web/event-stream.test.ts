import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { HEARTBEAT, message, placeMessage } from '../../src/web/api/events/message';
import { streamOf } from '../../src/web/api/events/stream';
import { EVENTS } from '../../src/web/limits';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

async function* count(): AsyncGenerator<string> {
  for (let n = 1; ; n++) yield `${n};`;
}

/** Reads a stream to its end. */
async function rest(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<string> {
  let text = '';
  for (let part = await reader.read(); !part.done; part = await reader.read())
    text += new TextDecoder().decode(part.value);
  return text;
}

describe('a stream of events', () => {
  it('reads no more than its reader', async () => {
    const text = count();
    const next = vi.spyOn(text, 'next');
    const reader = streamOf(text, () => undefined).getReader();
    for (let n = 0; n < 3; n++) await reader.read();
    expect(next).toHaveBeenCalledTimes(3);
  });

  it('ends a reader that reads nothing for long, with a last event that says so', async () => {
    const ended = vi.fn();
    const reader = streamOf(count(), ended).getReader();
    await reader.read();
    vi.advanceTimersByTime(EVENTS.slow_ms);
    expect(ended).toHaveBeenCalledTimes(1);
    expect(await rest(reader)).toMatch(
      /^event: slow\ndata: \{"detail":"The client read nothing for 30 s\..*\n\n$/,
    );
  });

  it('ends once, when the reader ends', async () => {
    const ended = vi.fn();
    const reader = streamOf(count(), ended).getReader();
    await reader.read();
    await reader.cancel();
    vi.advanceTimersByTime(10 * EVENTS.slow_ms);
    expect(ended).toHaveBeenCalledTimes(1);
  });
});

describe('a message', () => {
  it('is one line of JSON for every content', () => {
    expect(message('start', { text: 'a\nb\r\nevent: x\u2028' }, '42')).toBe(
      'event: start\nid: 42\ndata: {"text":"a\\nb\\r\\nevent: x\u2028"}\n\n',
    );
    expect(placeMessage('42')).toBe('id: 42\n\n');
    expect(HEARTBEAT).toMatch(/^:.*\n\n$/);
  });
});
