/**
 * Restores untracked code: each file from its kept content. Node.
 * @module
 */
import { writeKept } from './files';
import { listOf, objectAt, type Restoration, textOf } from './restoration';

/** Writes the untracked code whose content was kept. */
export async function restoreUntracked(restoration: Restoration): Promise<void> {
  const { identity, reasons } = restoration.environment;
  for (const file of listOf(objectAt(identity, 'git').untracked_code))
    await writeKept(restoration, file, { kind: 'untracked' });
  const reason = textOf(reasons['git.untracked_code']);
  // Files that were not kept are already listed one by one.
  if (reason && !NAMED_EACH.includes(reason)) restoration.lack(`untracked code (${reason})`);
}

/** Reasons that concern single files. Each file has its own entry. */
export const NAMED_EACH = ['withheld', 'too_large', 'not_compared', 'unreadable', 'disabled'];
