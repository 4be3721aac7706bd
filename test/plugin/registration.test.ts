import { expect, test, vi } from 'vitest';
import { clientInterceptors } from '../../interceptors/client/client';
import { withClientOptions } from '../../src/worker/registration';

test("a client's interceptors in the SDK's old form are not changed, and the remedy is reported once", () => {
  const said = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
  const old = { workflow: { calls: [] } };
  for (const _client of ['own', "the worker's"]) {
    const { interceptors } = withClientOptions(
      { interceptors: old },
      clientInterceptors(() => []),
    );
    expect(interceptors?.workflow).toBe(old.workflow);
  }
  expect(said.mock.calls.map(([text]) => text)).toEqual([
    expect.stringContaining('Pass interceptors.workflow as a list.'),
  ]);
});
