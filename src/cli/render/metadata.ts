/**
 * A run's metadata as rows: field, value, where it came from, what lost. Node only.
 * @module
 */
import type { SourceName, StartDocument } from '../../model/documents';
import type { Json } from '../../model/json';
import type { Style } from '../io';
import { type Column, table } from './table';
import { safe, valueText } from './text';

/** Fields of a start document that are not metadata. */
const OWN_FIELDS = new Set(['uid', 'time', 'scan_id', 'temporal', 'provenance']);

export interface MetadataRow {
  field: string;
  value: Json;
  source: SourceName | undefined;
  shadowed: [SourceName, Json][];
}

/** The metadata fields of a run, in the order in which they were merged. */
export function metadataRows(start: StartDocument): MetadataRow[] {
  const { sources, shadowed } = start.provenance;
  return Object.keys(start)
    .filter((field) => !OWN_FIELDS.has(field))
    .map((field) => ({
      field,
      value: start[field] as Json,
      source: Object.hasOwn(sources ?? {}, field) ? sources[field] : undefined,
      shadowed: Object.entries(shadowed?.[field] ?? {}) as [SourceName, Json][],
    }));
}

/** The rows as lines: field, value, source. */
export function metadataLines(rows: readonly MetadataRow[], style: Style): string[] {
  const { colors } = style;
  const columns: Column<MetadataRow>[] = [
    { title: '', text: ({ field }) => safe(field), paint: (text) => colors.bold(text), least: 10, most: 32 },
    { title: '', text: ({ value }) => valueText(value), least: 16, most: 72 },
    { title: '', text: ({ source }) => source ?? '', paint: (text) => colors.cyan(text) },
    {
      title: '',
      text: ({ shadowed }) => over(shadowed),
      paint: (text) => colors.dim(text),
      least: 8,
      most: 48,
    },
  ];
  return table(columns, rows, style).slice(1);
}

/** What lost against the value that stands. */
export function over(shadowed: readonly [SourceName, Json][]): string {
  return shadowed.length === 0
    ? ''
    : `over ${shadowed.map(([source, value]) => `${source} ${valueText(value)}`).join(', ')}`;
}
