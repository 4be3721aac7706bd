/**
 * What a record takes in memory on its way to the store. Node only.
 * @module
 */
import type { WriteRecord } from '../../store/store';

/** Of a rare record, roughly. */
export function sizeOf(record: WriteRecord): number {
  if ('document' in record && typeof record.document === 'string') return record.document.length;
  const blobs = 'blobs' in record ? (record.blobs ?? []) : [];
  const texts = blobs.length > 0 ? { ...record, blobs: [] } : record;
  return JSON.stringify(texts).length + blobs.reduce((sum, blob) => sum + blob.bytes.byteLength, 0);
}
