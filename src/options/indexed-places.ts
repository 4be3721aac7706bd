/**
 * The places in results and arguments that are indexed for a lab. Node only.
 * @module
 */
import { formatPlace } from '../filter/format';
import { parsePlace } from '../filter/place';
import type { NamedPlace } from '../model/value-path';
import type { ResolvedOptions } from './options';

/** The general places and the lab's own, each once. */
export function indexedPlaces({ indexed, labs }: ResolvedOptions, lab: string): NamedPlace[] {
  const own = Object.hasOwn(labs, lab) ? labs[lab]?.indexed : undefined;
  const places = new Map<string, NamedPlace>();
  for (const text of [...(indexed ?? []), ...(own ?? [])]) {
    const path = parsePlace(text);
    if (!path) continue;
    const name = formatPlace(path);
    places.set(name, { name, path });
  }
  return [...places.values()];
}
