/**
 * Edits one document for a purge: removes a field, or a person's name. It is pure and returns the same reference if nothing
 * changes, so unaffected documents keep their exact bytes. Node only.
 * @module
 */
import { ProvenanceError } from '../../errors';
import { setOwn } from '../../metadata/json';
import { isJsonObject, type Json, type JsonObject } from '../../model/json';
import type { MetadataDocument } from '../../store/metadata-index/varying';
import type { Row } from '../database';

/** Replaces purged text that cannot simply be removed. */
const PURGED = '[purged]';

/** The changes that a purge makes to documents. */
export interface PurgeEdit {
  /** Edits whole merged metadata with its origins. */
  metadata(document: MetadataDocument): MetadataDocument;
  /** Edits any other column that contains JSON or text. */
  column(table: string, column: string, text: string, row: Row): string;
  /** A key to remove from the stashes. */
  readonly stash_key?: string;
  /** True if a file that is stored by content must be deleted. */
  file(text: string): boolean;
}

const SHORTEST_NAME = 3;

/**
 * Removes a metadata field by its path (`operator`, `sample.name`).
 * @throws ProvenanceError `OPTION_INVALID`
 */
export function fieldEdit(path: string): PurgeEdit {
  const keys = path.split('.');
  if (keys.some((key) => key === '')) throw invalid(`'${path}' is not the path of a field`);
  const [top, ...rest] = keys as [string, ...string[]];
  const outOf = (fields: JsonObject): JsonObject => without(fields, keys) as JsonObject;
  return {
    stash_key: rest.length === 0 ? top : undefined,
    metadata(document) {
      const edited = { ...document, fields: outOf(document.fields) };
      if (document.shadowed) edited.shadowed = withoutShadowed(document.shadowed, top, rest);
      if (rest.length === 0) edited.sources = without(document.sources, [top]) as JsonObject;
      const changed = (['fields', 'sources', 'shadowed'] as const).some(
        (part) => edited[part] !== document[part],
      );
      return changed ? edited : document;
    },
    column(table, column, text, row) {
      if (table === 'stash' || table === 'stash_history') {
        if (column !== 'value' || row.key !== top) return text;
        return rest.length === 0 ? JSON.stringify(PURGED) : editedJson(text, (value) => without(value, rest));
      }
      if (table === 'context' || (table === 'refusal' && column === 'document')) {
        return editedJson(text, (value) => inParts(value, outOf));
      }
      return text;
    },
    file: () => false,
  };
}

/**
 * Removes a name, as a whole word in any case, wherever it occurs.
 * @throws ProvenanceError `OPTION_INVALID`
 */
export function personEdit(name: string): PurgeEdit {
  if (name.trim().length < SHORTEST_NAME)
    throw invalid(`a name must have at least ${SHORTEST_NAME} characters`);
  // A URI contains the name in encoded form.
  const forms = [...new Set([name.trim(), encodeURIComponent(name.trim())])];
  const escaped = `(?:${forms.map((form) => form.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')).join('|')})`;
  const word = new RegExp(`(?<![\\p{L}\\p{N}_])${escaped}(?![\\p{L}\\p{N}_])`, 'giu');
  const inText = (text: string) => text.replace(word, PURGED);
  return {
    metadata: (document) =>
      withStrings(document as unknown as JsonObject, inText) as unknown as MetadataDocument,
    column: (_table, _column, text) => {
      if (inText(text) === text && !/\\u/.test(text)) return text;
      return isJson(text) ? editedJson(text, (value) => withStrings(value, inText)) : inText(text);
    },
    file: (text) => text.search(word) !== -1,
  };
}

function invalid(message: string): ProvenanceError {
  return new ProvenanceError('OPTION_INVALID', `purge: ${message}.`);
}

function without(value: Json, keys: readonly string[]): Json {
  const [key, ...rest] = keys;
  if (key === undefined || !isJsonObject(value) || !Object.hasOwn(value, key)) return value;
  const copy: JsonObject = {};
  for (const [name, item] of Object.entries(value)) {
    if (name !== key) setOwn(copy, name, item);
    else if (rest.length > 0) {
      const edited = without(item, rest);
      if (edited === item) return value;
      setOwn(copy, name, edited);
    }
  }
  return copy;
}

function withoutShadowed(shadowed: JsonObject, top: string, rest: readonly string[]): JsonObject {
  if (!Object.hasOwn(shadowed, top)) return shadowed;
  if (rest.length === 0) return without(shadowed, [top]) as JsonObject;
  const losers = shadowed[top]!;
  if (!isJsonObject(losers)) return shadowed;
  const edited = Object.fromEntries(
    Object.entries(losers).map(([source, lost]) => [source, without(lost, rest)]),
  );
  const changed = Object.keys(losers).some((source) => edited[source] !== losers[source]);
  return changed ? { ...shadowed, [top]: edited } : shadowed;
}

/** The parts of a context, a pinned stash or a refusal that contain metadata. */
const PARTS = ['user', 'plan', 'values', 'fields', 'sources'];

function inParts(value: Json, edit: (fields: JsonObject) => JsonObject): Json {
  if (!isJsonObject(value)) return value;
  let result = value;
  for (const part of PARTS) {
    const fields = value[part];
    if (fields === undefined || !isJsonObject(fields)) continue;
    const edited = edit(fields);
    if (edited !== fields) result = { ...result, [part]: edited };
  }
  return result;
}

/** Edits names of members too, because they can contain names of people. */
function withStrings(value: Json, edit: (text: string) => string): Json {
  if (typeof value === 'string') return edit(value);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    const items = value.map((item) => withStrings(item, edit));
    return items.some((item, index) => item !== value[index]) ? items : value;
  }
  const copy: JsonObject = {};
  let changed = false;
  for (const [key, item] of Object.entries(value)) {
    const [name, edited] = [edit(key), withStrings(item, edit)];
    changed ||= name !== key || edited !== item;
    setOwn(copy, name, edited);
  }
  return changed ? copy : value;
}

function editedJson(text: string, edit: (value: Json) => Json): string {
  const value = JSON.parse(text) as Json;
  const edited = edit(value);
  return edited === value ? text : JSON.stringify(edited);
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
