/**
 * The metadata of a run as rows: field, value, source, overridden values. Node only.
 * @module
 */
import type { SourceName } from '../../model/documents';
import type { Json } from '../../model/json';
import { safe, valueText } from '../../questions/shown/safe-text';
import type { MetadataRow } from '../../questions/stories/metadata-rows';
import type { Style } from '../io';
import { type Column, table } from '../terminal/table';

/** Returns the rows as lines: field, value, source. */
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

/** Returns the overridden values. */
export function over(shadowed: readonly [SourceName, Json][]): string {
  return shadowed.length === 0
    ? ''
    : `overrides ${shadowed.map(([source, value]) => `${source} ${valueText(value)}`).join(', ')}`;
}
