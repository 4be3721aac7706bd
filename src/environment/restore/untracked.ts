/**
 * Untracked code: each file from its kept content. Node.
 * @module
 */
import { writeKept } from './files';
import { listOf, objectAt, type Restoration } from './restoration';

export async function restoreUntracked(restoration: Restoration): Promise<void> {
  for (const file of listOf(objectAt(restoration.environment.identity, 'git').untracked_code))
    await writeKept(restoration, file, 'untracked');
}
