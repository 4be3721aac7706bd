/**
 * The bytes of a record that waits, with what is purged taken out, and how they get to the disk. Node only.
 * @module
 */
import { decodeRecord, encodeRecord } from '../../record/spool/codec';
import { type SpoolFiles, writeFully } from '../../record/spool/files';
import type { WriteRecord } from '../../store/interface/written';
import type { WaitingEdit } from './waiting';

/** A record's payload, or bytes that are none: the same where there is nothing to do, undefined where they go. */
export function editedBytes(bytes: Buffer, edit: WaitingEdit): Buffer | undefined {
  const record = decodeRecord(bytes);
  let edited: WriteRecord | undefined;
  try {
    if (record === null) throw new TypeError('no record');
    edited = edit.record(record);
  } catch {
    // Damaged, or of a kind or form that only another release knows: it goes as a whole.
    return edit.text(bytes.toString('utf8')) ? undefined : bytes;
  }
  if (edited === record) return bytes;
  return edited && encodeRecord(edited);
}

/** Writes a file of its own, through to the disk. */
export async function writeWhole(files: SpoolFiles, path: string, bytes: Buffer): Promise<void> {
  const file = await files.create(path);
  try {
    const { error } = await writeFully(file, bytes, 0);
    if (error !== undefined) throw error;
    await file.sync();
  } catch (error) {
    await files.remove(path);
    throw error;
  } finally {
    await file.close();
  }
}
