import { describe, expect, it } from 'vitest';
import { ProvenanceError } from '../../src/errors';
import { Circuit, type CircuitState } from '../../src/record/delivery/circuit';

const down = () => Promise.reject(new ProvenanceError('STORE_UNREACHABLE', 'down'));
const up = () => Promise.resolve('up');

function clocked(
  options: { counts?: (error: unknown) => boolean; lasts?: (error: unknown) => boolean } = {},
) {
  const clock = { now: 0 };
  const changes: CircuitState[] = [];
  const circuit = new Circuit({
    ...options,
    first_pause_ms: 100,
    longest_pause_ms: 400,
    now: () => clock.now,
    random: () => 1,
    onChange: (state) => changes.push(state),
  });
  const fail = async (times: number) => {
    for (let n = 0; n < times; n += 1) await circuit.call(down).catch(() => undefined);
  };
  return { circuit, clock, changes, fail };
}

describe('a circuit', () => {
  it('opens at the third failure in a row, and then calls nothing', async () => {
    const { circuit, changes, fail } = clocked();
    await fail(2);
    await circuit.call(up);
    await fail(2);
    expect(circuit.state).toBe('closed');
    await fail(1);
    expect(circuit.state).toBe('open');
    let calls = 0;
    const count = async () => {
      calls += 1;
    };
    await expect(circuit.call(count)).rejects.toMatchObject({ code: 'STORE_UNREACHABLE' });
    expect(calls).toBe(0);
    expect(changes).toEqual(['open']);
  });

  it('retries a refusing store at the longest pause, from the first pause on', async () => {
    const { circuit, clock } = clocked({
      lasts: (error) => (error as { code?: string }).code === 'STORE_REFUSED',
    });
    const refused = () => Promise.reject(new ProvenanceError('STORE_REFUSED', 'no'));
    for (let n = 0; n < 3; n += 1) await circuit.call(refused).catch(() => undefined);
    expect(circuit.wait_ms).toBe(30_000);
    clock.now += circuit.wait_ms;
    await circuit.call(down).catch(() => undefined);
    expect(circuit.wait_ms).toBe(200);
  });

  it('lets one probe through at a time, with pauses that double up to a limit', async () => {
    const { circuit, clock, changes, fail } = clocked();
    await fail(3);
    const pauses: number[] = [];
    for (let n = 0; n < 4; n += 1) {
      pauses.push(circuit.wait_ms);
      clock.now += circuit.wait_ms;
      expect(circuit.state).toBe('half-open');
      const probe = circuit.call(down).catch(() => 'failed');
      await expect(circuit.call(up)).rejects.toMatchObject({ code: 'STORE_UNREACHABLE' });
      expect(await probe).toBe('failed');
    }
    expect(pauses).toEqual([100, 200, 400, 400]);
    clock.now += circuit.wait_ms;
    expect(await circuit.call(up)).toBe('up');
    expect(circuit.state).toBe('closed');
    expect(changes).toEqual(['open', 'closed']);
  });

  it('is not opened by errors that are an answer', async () => {
    const { circuit } = clocked({ counts: (error) => !(error instanceof RangeError) });
    for (let n = 0; n < 5; n += 1)
      await circuit.call(() => Promise.reject(new RangeError())).catch(() => undefined);
    expect(circuit.state).toBe('closed');
  });

  it('counts calls that do not return', async () => {
    const circuit = new Circuit({ first_pause_ms: 60_000 });
    const never = () => new Promise<never>(() => undefined);
    for (let n = 0; n < 3; n += 1) await circuit.call(never, 1).catch(() => undefined);
    expect(circuit.state).toBe('open');
  });
});

describe('a deadline', () => {
  it('passes on what arrives in time, and ignores late failures', async () => {
    expect(await new Circuit().call(up, 1000)).toBe('up');
    const late = new Promise((_, reject) => setTimeout(() => reject(new Error('late')), 5));
    await expect(new Circuit().call(() => late, 1)).rejects.toMatchObject({ code: 'STORE_UNREACHABLE' });
    await late.catch(() => undefined);
  });
});
