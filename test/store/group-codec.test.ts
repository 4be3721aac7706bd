/** The text and numbers in which records go to the store's thread: each field arrives as it was sent. */
import { describe, expect, it } from 'vitest';
import type { OpenRecord } from '../../src/store/interface/written';
import { decodeGroup, encodeGroup, OPEN, type RunRow } from '../../src/store/sqlite/writing/group-codec';
import { opening, stopping } from './runs';

/** An opening with a value of its own in every field. */
const WHOLE: Required<OpenRecord> = {
  ...opening({ n: 1, temporal: { is_local: true, attempt: 3 } }),
  scan_id: 17,
  numbered: true,
  stash_version: 5,
  environment_id: 'sha256:environment',
  session_id: 'session',
  retry_of: 'the run before',
  share_scan_id: true,
  scan_root: 'the root',
  scan_offer: 21,
  made: true,
  late: true,
  activity_run_id: 'the activity',
};

describe('a group', () => {
  it('keeps each field of an opening', () => {
    const { kind, namespace, workflow_type, activity_type, task_queue, is_local, ...fields } = WHOLE;
    const [row] = decodeGroup(encodeGroup([WHOLE])) as [RunRow];
    expect(row).toEqual({
      ...fields,
      code: OPEN,
      kind: JSON.stringify([namespace, workflow_type, activity_type, task_queue, Number(is_local)]),
    });
  });

  it('keeps the order of its records', () => {
    const records = [opening({ n: 1 }), stopping(1, { time: 1 }), WHOLE, opening({ n: 2 })];
    const decoded = decodeGroup(encodeGroup(records)) as { uid: string }[];
    expect(decoded.map(({ uid }) => uid)).toEqual(records.map(({ uid }) => uid));
  });
});
