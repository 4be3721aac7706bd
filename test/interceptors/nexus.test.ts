import { expect, test } from 'vitest';
import { hasNexusMark, nexusInterceptors } from '../../interceptors/nexus';
import { currentCarriedContext } from '../../src/temporal/client-context';
import { HEADER_NAME, headerText } from '../../src/temporal/header';

const caller = { namespace: 'other', workflow_id: 'scan', run_id: 'run' };

/** What surrounds an operation that is called with these headers. */
async function surroundings(headers: Record<string, string> | undefined) {
  const { inbound } = nexusInterceptors()({} as never);
  let seen: unknown;
  await inbound!.startOperation!({ ctx: { headers } as never, input: 1 }, async () => {
    seen = currentCarriedContext();
    return undefined as never;
  });
  return seen;
}

test('the operation runs with the metadata of its caller', async () => {
  const sent = { user: { operator: 'Ada' }, plan: { phase: 'one' }, caller };
  expect(await surroundings({ [HEADER_NAME]: headerText(sent) })).toEqual(sent);
  expect(currentCarriedContext()).toBeUndefined();
});

test.each([
  ['no headers', undefined],
  ['no header of ours', { other: 'x' }],
  ['no JSON', { [HEADER_NAME]: '{' }],
  ['another version', { [HEADER_NAME]: '{"v": 2, "user": {"a": 1}}' }],
  ['nothing', { [HEADER_NAME]: headerText({}) }],
  ['members of other types', { [HEADER_NAME]: '{"v": 1, "user": 7, "plan": [], "caller": {"run_id": 1}}' }],
  ['too much', { [HEADER_NAME]: headerText({ user: { long: 'x'.repeat(5_000) } }) }],
])('%s: the operation runs as without the plugin', async (_name, headers) => {
  expect(await surroundings(headers as Record<string, string> | undefined)).toBeUndefined();
});

test('issues that a caller reports are kept if they are valid', async () => {
  const issue = { path: ['f'], message: 'must be JSON' };
  const text = JSON.stringify({ v: 1, issues: [issue, { path: 'f' }, 7] });
  expect(await surroundings({ [HEADER_NAME]: text })).toEqual({ issues: [issue] });
});

test('its factory is recognised', () => {
  expect(hasNexusMark([nexusInterceptors()])).toBe(true);
  expect(hasNexusMark([() => ({})])).toBe(false);
  expect(hasNexusMark(undefined)).toBe(false);
});
