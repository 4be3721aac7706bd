/**
 * Deletes entries of the search tables and corrects their counts in the catalogue of paths. Node only.
 * @module
 */
import type { Json, JsonObject } from '../model/json';
import { collectEntries, type FieldEntry } from '../store/metadata-index/field-values';
import { fieldText } from '../store/postgres/values/field-text';
import type { UpkeepDatabase, UpkeepTransaction } from './database';

type Dialect = UpkeepDatabase['dialect'];

/** Returns the entries of a metadata set: all its fields except those that runs store themselves. */
export function entriesOfSet(document: string, slots: string | null): FieldEntry[] {
  const { fields } = JSON.parse(document) as { fields: JsonObject };
  const own = new Set(
    slotsOf(slots)
      .filter(([section]) => section === 'fields')
      .map(([, key]) => key),
  );
  const entries: FieldEntry[] = [];
  for (const [key, value] of Object.entries(fields)) if (!own.has(key)) collectEntries(key, value, entries);
  return entries;
}

/** Returns the entries of a run's own values. */
export function entriesOfRun(slots: string | null, own: string | null): FieldEntry[] {
  if (own === null) return [];
  const values = JSON.parse(own) as Json[];
  const entries: FieldEntry[] = [];
  for (const [index, [section, key]] of slotsOf(slots).entries()) {
    if (section === 'fields') collectEntries(key, values[index]!, entries);
  }
  return entries;
}

/** `[["fields", "dose"], …]` */
export function slotsOf(slots: string | null): [section: 'fields' | 'shadowed', key: string][] {
  return slots === null ? [] : JSON.parse(slots);
}

/** Deletes entries that point to a set (`metadata_field`) or to a run (`run_field`). */
export async function removeEntries(
  transaction: UpkeepTransaction,
  dialect: Dialect,
  table: 'metadata_field' | 'run_field',
  owner: number,
  entries: readonly FieldEntry[],
): Promise<void> {
  const [column, counter] = table === 'metadata_field' ? ['metadata_id', 'in_sets'] : ['seq', 'in_runs'];
  for (const { path, value } of entries) {
    const stored = dialect === 'postgres' ? fieldText(value) : value;
    const removed = await transaction.query(
      `DELETE FROM ${table} WHERE path_id = (SELECT id FROM path WHERE path = ?) AND value = ? AND ${column} = ? RETURNING path_id`,
      [path, stored, owner],
    );
    if (removed.length === 0) continue;
    await transaction.query(`UPDATE path SET ${counter} = ${counter} - 1 WHERE id = ?`, [
      removed[0]!.path_id!,
    ]);
  }
}

/** Adds the entries that {@link removeEntries} deletes. */
export async function addEntries(
  transaction: UpkeepTransaction,
  dialect: Dialect,
  table: 'metadata_field' | 'run_field',
  owner: number,
  entries: readonly FieldEntry[],
): Promise<void> {
  const counter = table === 'metadata_field' ? 'in_sets' : 'in_runs';
  for (const { path, value } of entries) {
    const stored = dialect === 'postgres' ? fieldText(value) : value;
    await transaction.query('INSERT INTO path (path) VALUES (?) ON CONFLICT (path) DO NOTHING', [path]);
    const added = await transaction.query(
      `INSERT INTO ${table} SELECT id, ?, ? FROM path WHERE path = ? ON CONFLICT DO NOTHING RETURNING path_id`,
      [stored, owner, path],
    );
    if (added.length === 0) continue;
    await transaction.query(`UPDATE path SET ${counter} = ${counter} + 1 WHERE id = ?`, [added[0]!.path_id!]);
  }
}
