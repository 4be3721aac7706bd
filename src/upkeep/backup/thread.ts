/**
 * The thread that copies a store. Node only.
 * @module
 */
import { parentPort, workerData } from 'node:worker_threads';
import { ProvenanceError } from '../../errors';
import type { ThreadFault } from '../../store/sqlite/thread-client';
import { type CopyJob, type CopyResult, makeCopy } from './copy';

/** The answer of the thread. */
export type CopyReply = { result: CopyResult } | { fault: ThreadFault };

makeCopy(workerData as CopyJob).then(
  (result) => reply({ result }),
  (error: unknown) => {
    if (!ProvenanceError.is(error)) throw error;
    reply({ fault: { code: error.code, message: error.message } });
  },
);

function reply(message: CopyReply): void {
  parentPort!.postMessage(message);
}
