/**
 * Measures the memory that remains after garbage collections in every thread of this process: the main thread,
 * the threads of its workflows, the store's thread. A collection in the main thread alone would leave the
 * garbage of the others, which is larger than what the benchmark looks for. The inspector protocol reaches the
 * other threads.
 */
import { Session } from 'node:inspector';

const READINGS = 5;
const APART_MS = 100;

/** The session of each other thread, by its id. Filled while the debugger is attached. */
const threads = new Set();
const answers = new Map();
let session;
let sent = 0;

function attach() {
  session = new Session();
  session.connect();
  session.on('NodeWorker.attachedToWorker', ({ params }) => threads.add(params.sessionId));
  session.on('NodeWorker.detachedFromWorker', ({ params }) => threads.delete(params.sessionId));
  session.on('NodeWorker.receivedMessageFromWorker', ({ params }) => {
    const { id, result, error } = JSON.parse(params.message);
    answers.get(id)?.(result, error);
    answers.delete(id);
  });
  session.post('NodeWorker.enable', { waitForDebuggerOnStart: false });
}

function askThread(sessionId, method) {
  sent += 1;
  const id = sent;
  return new Promise((resolve, reject) => {
    answers.set(id, (result, error) =>
      error ? reject(new Error(`${method}: ${error.message}`)) : resolve(result),
    );
    session.post('NodeWorker.sendMessageToWorker', { sessionId, message: JSON.stringify({ id, method }) });
  });
}

/** Live JavaScript memory of all other threads, in bytes, after a collection in each. */
async function collectElsewhere() {
  let used = 0;
  for (const thread of threads) {
    await askThread(thread, 'HeapProfiler.collectGarbage');
    used += (await askThread(thread, 'Runtime.getHeapUsage')).usedSize;
  }
  return used;
}

/**
 * The smallest of several readings in MB, each after collections: resident memory, and the JavaScript heaps of
 * all threads together.
 */
export async function memoryLeft() {
  if (!session) attach();
  const readings = [];
  for (let i = 0; i < READINGS; i += 1) {
    globalThis.gc();
    const elsewhere = await collectElsewhere();
    await new Promise((resolve) => setTimeout(resolve, APART_MS));
    const { rss, heapUsed, external } = process.memoryUsage();
    readings.push({ resident: rss, heap: heapUsed + external + elsewhere });
  }
  const smallest = (name) => Math.min(...readings.map((reading) => reading[name])) / 2 ** 20;
  return { resident_mb: smallest('resident'), heap_mb: smallest('heap') };
}
