/**
 * Arguments and result: each value at its JSON path. Node only.
 * @module
 */
import { pathInto } from '../../../lineage/json-path';
import { isJsonObject, type Json } from '../../../model/json';
import { digestedValue } from '../../../questions/shown/digested';
import { RUN } from '../../limits';
import { Section } from '../../parts/blocks';
import { Value } from '../../parts/value';
import { Digest } from '../../parts/words';
import type { RunAnswer } from '../../questions/run';

/** The section. */
export function Values({ run }: { run: RunAnswer }) {
  const { args } = run.start.temporal;
  const result = run.stop?.temporal?.result;
  return (
    <Section id="values" title="Arguments and result">
      <h3>Arguments</h3>
      {args.length === 0 ? (
        <p class="soft">It was called without arguments.</p>
      ) : (
        <Places of={args.map((value, at) => [pathInto('args', at), value])} />
      )}
      <h3>Result</h3>
      {result === undefined ? <p class="soft">{noResult(run)}</p> : <Places of={resultPlaces(result)} />}
    </Section>
  );
}

function resultPlaces(result: readonly Json[]): Place[] {
  return result.slice(0, 1).map((value) => ['result', value]);
}

function noResult({ stop, start, status }: RunAnswer): string {
  if (start.provenance.origin) return 'Its worker did not record it.';
  if (!stop)
    return status === 'open'
      ? 'It has not returned yet.'
      : 'Its worker recorded no end: the result is unknown.';
  if (stop.exit_status !== 'success') return 'No result: it failed.';
  return 'It returned nothing.';
}

type Place = readonly [path: string, value: Json];

/** A value with its path, one per line; objects are split up while there is room. */
function Places({ of }: { of: readonly Place[] }) {
  const places = apart(of);
  return (
    <dl class="places">
      {places.map(([path, value]) => (
        <div>
          <dt>
            <code>
              <bdi>{path}</bdi>
            </code>
          </dt>
          <dd>
            <Recorded of={value} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

/** A recorded value, or why only its digest is kept. */
export function Recorded({ of }: { of: Json }) {
  const kept = digestedValue(of);
  if (!kept) return <Value of={of} />;
  return (
    <div class="kept">
      <span class={kept.withheld ? 'kept-word odd' : 'kept-word'}>{kept.text}</span>{' '}
      <Digest of={kept.digest} />
      {kept.head !== undefined && (
        <p class="soft">
          begins{' '}
          <code>
            <bdi>{kept.head.slice(0, RUN.head_characters)}…</bdi>
          </code>
        </p>
      )}
    </div>
  );
}

function apart(of: readonly Place[]): readonly Place[] {
  let places = of;
  for (;;) {
    const at = places.findIndex(([, value]) => isOpen(value, RUN.places - places.length + 1));
    if (at < 0) return places;
    const [path, value] = places[at]!;
    places = [...places.slice(0, at), ...entriesOf(path, value), ...places.slice(at + 1)];
  }
}

function isOpen(value: Json, room: number): boolean {
  if (typeof value !== 'object' || value === null || digestedValue(value)) return false;
  if (isJsonObject(value) && typeof value.$js === 'string') return false;
  const count = Object.keys(value).length;
  const small = Array.isArray(value) ? count <= RUN.list_places : count <= RUN.places;
  return count > 0 && small && count <= room;
}

function entriesOf(path: string, value: Json): Place[] {
  const entries: (readonly [string | number, Json])[] = Array.isArray(value)
    ? value.map((item, at) => [at, item] as const)
    : Object.entries(value as { [key: string]: Json });
  return entries.map(([key, item]) => [pathInto(path, key), item]);
}
