/**
 * Finds metadata keys whose value differs in nearly every run (a dose, a frame number). Without this, each run would need its own
 * metadata set. It compares windows of up to 512 runs. The first windows are shorter, so that few sets are wasted. Node only.
 * @module
 */
import { hash } from 'node:crypto';
import type { Json, JsonObject } from '../../model/json';

/** A place in a metadata document: a key of `fields` or `shadowed`. */
export type Slot = readonly [section: 'fields' | 'shadowed', key: string];

/** Merged metadata with its origins, parsed. */
export interface MetadataDocument {
  fields: JsonObject;
  sources: JsonObject;
  shadowed?: JsonObject;
}

const FIRST_WINDOW_RUNS = 32;
const WINDOW_RUNS = 512;
const VARYING_SHARE = 0.5;
/** Below this share a varying key becomes shared again. The gap between both shares prevents repeated switching. */
const SHARED_SHARE = 0.25;
const SHORT_TEXT = 64;

/** The varying keys, according to the last runs. */
export class VaryingKeys {
  readonly #varying = new Map<string, Slot>();
  readonly #distinct = new Map<string, { slot: Slot; values: Set<string | number | boolean | null> }>();
  #window = FIRST_WINDOW_RUNS;
  #runs = 0;

  get any(): boolean {
    return this.#varying.size > 0;
  }

  /** Returns the varying keys in `document`. */
  slotsOf(document: MetadataDocument): Slot[] {
    return [...this.#varying.values()].filter(([section, key]) => {
      const fields = document[section];
      return fields !== undefined && Object.hasOwn(fields, key);
    });
  }

  /**
   * Counts a run whose metadata is already known.
   * @returns true if the varying keys have changed
   */
  repeated(): boolean {
    this.#runs += 1;
    return this.#runs >= this.#window && this.#judge();
  }

  /**
   * Counts a run with new metadata.
   * @returns true if the varying keys have changed
   */
  observe(document: MetadataDocument): boolean {
    this.#count('fields', document.fields);
    if (document.shadowed) this.#count('shadowed', document.shadowed);
    return this.repeated();
  }

  #count(section: Slot[0], fields: JsonObject): void {
    for (const key in fields) {
      const name = `${section} ${key}`;
      let seen = this.#distinct.get(name);
      if (seen === undefined) {
        seen = { slot: [section, key], values: new Set() };
        this.#distinct.set(name, seen);
      }
      seen.values.add(abbreviate(fields[key]!));
    }
  }

  #judge(): boolean {
    const before = [...this.#varying.keys()].join('\n');
    for (const [name, { slot, values }] of this.#distinct) {
      // See docs/decisions/0003.
      const share = values.size / this.#runs;
      if (share > VARYING_SHARE) this.#varying.set(name, slot);
      else if (share < SHARED_SHARE) this.#varying.delete(name);
    }
    this.#distinct.clear();
    this.#runs = 0;
    this.#window = Math.min(this.#window * 2, WINDOW_RUNS);
    return [...this.#varying.keys()].join('\n') !== before;
  }
}

/** Returns a short value that is equal for equal values. */
function abbreviate(value: Json): string | number | boolean | null {
  if (typeof value !== 'object' && typeof value !== 'string') return value;
  if (value === null) return null;
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length <= SHORT_TEXT ? text : hash('sha1', text, 'base64');
}
