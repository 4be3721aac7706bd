import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mergeSources } from '../../src/metadata/merge';
import { type MetadataLayers, SOURCES } from '../../src/metadata/sources';
import type { SourceName } from '../../src/model/documents';
import type { Json, JsonObject } from '../../src/model/json';

/** Every two sources, the higher first: written out, so that a change of the order must be made here too. */
const PAIRS: readonly [SourceName, SourceName][] = [
  ['user', 'plan'],
  ['user', 'inferred'],
  ['user', 'stash'],
  ['plan', 'inferred'],
  ['plan', 'stash'],
  ['inferred', 'stash'],
];

const json = fc.json().map((text) => JSON.parse(text) as Json);
const key = fc.oneof(
  fc.constantFrom('a', 'b', 'c', '__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', ''),
  fc.string({ unit: 'binary', maxLength: 3 }),
);
const layer = fc
  .array(fc.tuple(key, json), { maxLength: 6 })
  .map((entries) => Object.fromEntries(entries) as JsonObject);
const layers = fc.record({ user: layer, plan: layer, inferred: layer, stash: layer }, { requiredKeys: [] });

describe('which source wins', () => {
  it.each(PAIRS)('%s wins over %s', (higher, lower) => {
    fc.assert(
      fc.property(key, json, json, (name, winner, loser) => {
        // Given in either order: the names decide, not the order of the object.
        for (const given of [
          { [higher]: { [name]: winner }, [lower]: { [name]: loser } },
          { [lower]: { [name]: loser }, [higher]: { [name]: winner } },
        ]) {
          const merged = mergeSources(own(given, name, { [higher]: winner, [lower]: loser }));
          expect(value(merged.fields, name)).toEqual(winner);
          expect(value(merged.sources, name)).toBe(higher);
          expect(value(merged.shadowed ?? {}, name)).toEqual({ [lower]: loser });
        }
      }),
    );
  });

  it('is decided among all four, in every combination', () => {
    fc.assert(
      fc.property(layers, (given) => {
        const merged = mergeSources(given as MetadataLayers);
        const names = new Set(SOURCES.flatMap((source) => Object.keys(given[source] ?? {})));
        expect(new Set(Object.keys(merged.fields))).toEqual(names);
        expect(new Set(Object.keys(merged.sources))).toEqual(names);
        for (const name of names) {
          const having = SOURCES.filter((source) => Object.hasOwn(given[source] ?? {}, name));
          expect(value(merged.sources, name)).toBe(having[0]);
          expect(value(merged.fields, name)).toBe(value(given[having[0]!]!, name));
          const lost = Object.fromEntries(
            having.slice(1).map((source) => [source, value(given[source]!, name)]),
          );
          expect(value(merged.shadowed ?? {}, name)).toEqual(having.length > 1 ? lost : undefined);
        }
      }),
    );
  });

  it('can be restored: fields and shadowed give the layers back', () => {
    fc.assert(
      fc.property(layers, (given) => {
        const merged = mergeSources(given as MetadataLayers);
        const back = new Map(SOURCES.map((source) => [source, [] as [string, Json][]]));
        for (const name of Object.keys(merged.fields)) {
          const winner = value(merged.sources, name) as SourceName;
          back.get(winner)!.push([name, value(merged.fields, name) as Json]);
          for (const [source, lost] of Object.entries(value(merged.shadowed ?? {}, name) ?? {})) {
            back.get(source as SourceName)!.push([name, lost as Json]);
          }
        }
        for (const source of SOURCES) {
          const sorted = (entries: [string, Json][]) => [...entries].sort(([a], [b]) => (a < b ? -1 : 1));
          expect(sorted(back.get(source)!)).toEqual(sorted(Object.entries(given[source] ?? {})));
        }
      }),
    );
  });
});

describe('merging', () => {
  it('is shallow', () => {
    const merged = mergeSources({
      user: { sample: { name: 'A' } },
      stash: { sample: { name: 'B', holder: 'x' } },
    });
    expect(merged).toEqual({
      fields: { sample: { name: 'A' } },
      sources: { sample: 'user' },
      shadowed: { sample: { stash: { name: 'B', holder: 'x' } } },
    });
  });

  it('of nothing gives nothing', () => {
    expect(mergeSources({})).toEqual({ fields: {}, sources: {} });
    expect(mergeSources({ user: undefined, stash: {} })).toEqual({ fields: {}, sources: {} });
  });

  it('does not change the layers and prototypes', () => {
    const hostile = JSON.parse(
      '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}',
    ) as JsonObject;
    const before = JSON.stringify(hostile);
    const merged = mergeSources({ user: hostile, plan: hostile, stash: Object.freeze({ a: 1 }) });
    expect(JSON.stringify(hostile)).toBe(before);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
    expect(Object.getPrototypeOf(merged.fields)).toBe(Object.prototype);
    expect(JSON.stringify(merged.fields)).toBe(`${before.slice(0, -1)},"a":1}`);
    expect(JSON.stringify(merged.shadowed)).toContain('"__proto__":{"plan":{"polluted":1}}');
  });

  it('ignores inherited properties of a layer', () => {
    const layer = Object.create({ inherited: 1 }) as JsonObject;
    layer.own = 2;
    expect(mergeSources({ user: layer }).fields).toEqual({ own: 2 });
  });
});

function value(object: object, name: string): unknown {
  return Object.getOwnPropertyDescriptor(object, name)?.value;
}

/** Layers with one key each; `{[name]: …}` would make `__proto__` an own key as well, so nothing is lost. */
function own(given: object, name: string, values: object): MetadataLayers {
  const made: { [source: string]: JsonObject } = {};
  for (const source of Object.keys(given)) {
    made[source] = Object.fromEntries([[name, value(values, source) as Json]]);
  }
  return made as MetadataLayers;
}
