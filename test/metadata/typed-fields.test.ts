import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkMetadata, RESERVED_FIELDS } from '../../src/metadata/fields';
import { eventModelAccepts } from './event-model/schema';

const PROJECTION = {
  version: '1',
  configuration: {},
  projection: { '/entry/a': { type: 'static', value: 1 } },
};
const linked = { type: 'linked', location: 'event', stream: 's', field: 'f' };

/** Values of typed fields, and whether they are what event-model wants. */
const TYPED: readonly [field: string, value: unknown, accepted: boolean][] = [
  ...['owner', 'group', 'project', 'data_session'].flatMap((field): [string, unknown, boolean][] => [
    [field, 'x', true],
    [field, '', true],
    [field, 7, false],
    [field, ['x'], false],
  ]),
  ['sample', 'A', true],
  ['sample', { name: 'A' }, true],
  ['sample', 7, false],
  ['sample', ['A'], false],
  ['data_groups', ['a'], true],
  ['data_groups', [], true],
  ['data_groups', 'a', false],
  ['data_groups', ['a', 7], false],
  ['data_type', 7, true],
  ['data_type', { a: [1] }, true],
  ['hints', {}, true],
  ['hints', { dimensions: [[['motor', 'x'], 'primary']], other: 1 }, true],
  ['hints', [], false],
  ['hints', 'x', false],
  ['hints', { dimensions: 'x' }, false],
  ['hints', { dimensions: ['x'] }, false],
  ['hints', { dimensions: [[7]] }, false],
  ['hints', { dimensions: [[['motor', 7]]] }, false],
  ['projections', [], true],
  ['projections', [PROJECTION, { ...PROJECTION, name: 'n' }], true],
  ['projections', PROJECTION, false],
  ['projections', ['x'], false],
  ['projections', [{ ...PROJECTION, name: 7 }], false],
  ['projections', [{ ...PROJECTION, version: 1 }], false],
  ['projections', [{ version: '1', configuration: {} }], false],
  ['projections', [{ ...PROJECTION, configuration: [] }], false],
  ['projections', [{ ...PROJECTION, projection: 'x' }], false],
  ['projections', [{ ...PROJECTION, projection: { a: linked } }], true],
  ['projections', [{ ...PROJECTION, projection: { a: { ...linked, stream: 7 } } }], false],
  ['projections', [{ ...PROJECTION, projection: { a: { type: 'static' } } }], false],
  ['projections', [{ ...PROJECTION, projection: { a: { ...linked, type: 'other' } } }], false],
  [
    'projections',
    [
      {
        ...PROJECTION,
        projection: { a: { ...linked, location: 'configuration', config_device: 'd', config_index: 0 } },
      },
    ],
    true,
  ],
  [
    'projections',
    [{ ...PROJECTION, projection: { a: { ...linked, location: 'configuration', config_device: 'd' } } }],
    false,
  ],
  [
    'projections',
    [{ ...PROJECTION, projection: { a: { ...linked, type: 'calculated', calculation: { callable: 'f' } } } }],
    true,
  ],
  [
    'projections',
    [
      {
        ...PROJECTION,
        projection: { a: { ...linked, type: 'calculated', calculation: { callable: 'f', args: 'x' } } },
      },
    ],
    false,
  ],
  ['scan_id', 0, true],
  ['scan_id', Number.MAX_SAFE_INTEGER, true],
];

/** Stricter than event-model, or of no concern to it. */
const OURS: readonly [field: string, value: unknown, accepted: boolean][] = [
  ['scan_id', -1, false],
  ['scan_id', 2 ** 53, false],
  ['scan_id', 1.5, false],
  ['scan_id', '7', false],
  ['plan_name', 'scan', true],
  ['plan_name', 7, false],
  ['plan_type', {}, false],
  ['plan_args', { a: 1 }, true],
  ['plan_args', 'x', true],
];

describe('typed fields', () => {
  it.each(TYPED.map(([field, value, accepted]) => [field, JSON.stringify(value), value, accepted] as const))(
    '%s: %s, as event-model judges it',
    (field, _text, value, accepted) => {
      const issues = checkMetadata({ [field]: value });
      expect(issues.length === 0).toBe(accepted);
      expect(issues.every((issue) => issue.path[0] === field)).toBe(true);
      expect(eventModelAccepts({ uid: 'u', time: 1, [field]: value })).toBe(accepted);
    },
  );

  it.each(OURS.map(([field, value, accepted]) => [field, JSON.stringify(value), value, accepted] as const))(
    '%s: %s',
    (field, _text, value, accepted) => expect(checkMetadata({ [field]: value }).length === 0).toBe(accepted),
  );

  it("are all the fields that event-model's schema names", () => {
    const schema = JSON.parse(readFileSync(`${import.meta.dirname}/event-model/run_start.json`, 'utf8')) as {
      properties: object;
    };
    const known = new Set([...TYPED.map(([field]) => field), ...RESERVED_FIELDS]);
    expect(Object.keys(schema.properties).filter((field) => !known.has(field))).toEqual([]);
  });

  it('that pass here pass event-model', () => {
    const value = fc.json({ maxDepth: 3 }).map((text) => JSON.parse(text) as unknown);
    const name = fc.oneof(fc.constantFrom(...TYPED.map(([field]) => field)), fc.string({ maxLength: 4 }));
    fc.assert(
      fc.property(fc.dictionary(name, value), (metadata) => {
        fc.pre(checkMetadata(metadata).length === 0);
        expect(eventModelAccepts({ ...metadata, uid: 'u', time: 1 })).toBe(true);
      }),
    );
  });
});
