/**
 * What runs of the world used and generated, as facts: a store joins them into links.
 * @module
 */
import { createHash } from 'node:crypto';
import type { DataItem } from '../../../src/model/data';
import type { WriteRecord } from '../../../src/store/interface/written';
import { MORNING } from '../../questions/lineage-kit';
import { RUNS } from './runs';

const file = (name: string) => `file://beamline-7/data/day-7/${name}`;

/** URIs by what they are. */
export const DATA = {
  frames: file('frames.h5'),
  curve: file('curve.csv'),
  model: file('model.json'),
  report: file('דוח <b>report</b> 🙂.html'),
  table: 'https://example.org/atomic-masses.csv',
} as const;

type Name = keyof typeof DATA;

function item(
  name: Name,
  direction: DataItem['direction'],
  at: number,
  more: Partial<DataItem> = {},
): DataItem {
  const remote = name === 'table';
  return {
    uri: DATA[name],
    type: remote ? 'remote' : 'file',
    direction,
    evidence: 'uri',
    time: MORNING + at,
    paths: [direction === 'used' ? 'args[0].path' : 'result[0].path'],
    ...(remote
      ? { missing: 'remote' }
      : {
          signature: `beamline-7:1:${name}`,
          sha256: createHash('sha256').update(name).digest('hex'),
          size_bytes: 4_096 * name.length ** 3,
          media_type: 'application/octet-stream',
        }),
    ...more,
  };
}

function data(
  run: keyof typeof RUNS,
  at: number,
  inputs: 'known' | 'none' | 'unknown',
  items: DataItem[],
): WriteRecord {
  const document = { schema_version: 1, run_start: RUNS[run], time: MORNING + at, inputs, items };
  return { kind: 'document', of: 'data', document: document as never };
}

/** All of it. */
export function dataRecords(): WriteRecord[] {
  return [
    data('acquire', 5, 'none', [item('frames', 'generated', 5)]),
    data('reduce', 20, 'known', [item('frames', 'used', 10), item('curve', 'generated', 20)]),
    data('fit', 40, 'known', [
      item('curve', 'used', 32),
      item('table', 'used', 32, { evidence: 'declared' }),
      item('model', 'generated', 40),
    ]),
    data('report', 72, 'known', [
      item('model', 'used', 70, { evidence: 'observed' }),
      item('report', 'generated', 72, { sha256: undefined, missing: 'too_large' }),
    ]),
    data('large', 85, 'unknown', []),
  ];
}
