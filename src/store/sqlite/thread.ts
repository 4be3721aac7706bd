/**
 * The store's thread: answers numbered calls. Node only.
 * @module
 */
import { parentPort, workerData } from 'node:worker_threads';
import { storeError } from './connection/errors';
import { answer, type SessionOptions, SqliteSession } from './session';
import type { ThreadCall, ThreadReply } from './thread-client';
import type { Group } from './writing/group-codec';

const options = workerData as SessionOptions;
const session = new SqliteSession(options);

parentPort!.on('message', async ([id, method, ...args]: ThreadCall) => {
  try {
    // A group of records is answered synchronously, without a promise.
    if (method === 'write') reply([id, null, session.write(args[0] as Group)]);
    else reply([id, null, await answer(session, method, args)]);
  } catch (error) {
    const { code, message, cause } = storeError(error, options.location);
    reply([id, { code, message, detail: cause instanceof Error ? cause.message : undefined }]);
  }
});

function reply(message: ThreadReply): void {
  parentPort!.postMessage(message);
}
