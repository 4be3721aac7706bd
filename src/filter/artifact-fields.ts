/**
 * The fields of versions of data in a filter. [isolate-safe]
 * @module
 */
import { type ColumnRow, columnsByName, type FieldCatalogue } from './fields';

const TYPES = ['file', 'directory', 'collection', 'remote'] as const;
const ORIGINS = ['recorded', 'unknown'] as const;

const COLUMNS = columnsByName([
  ['uri', 'text', []],
  ['name', 'text', ['site_name']],
  ['artifact_id', 'text', []],
  ['type', 'text', [], { values: TYPES }],
  ['sha256', 'text', [], { digest: true }],
  ['size_bytes', 'number', []],
  ['media_type', 'text', []],
  ['missing', 'text', []],
  ['time', 'instant', ['first_time']],
  ['origin', 'text', [], { values: ORIGINS }],
  ['generated_by', 'text', []],
] satisfies ColumnRow[]);

/** The fields of versions of data. `generated_by` is the type of the activity that created one. */
export const ARTIFACT_FIELDS: FieldCatalogue = {
  names: [...COLUMNS.keys()],
  resolve: (path) => COLUMNS.get(path.join('.')),
};
