/**
 * Shared code of the benchmarks with a real worker: the dev server, and the variants of the worker in separate
 * processes.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { findTemporal } from '../../scripts/temporal.mjs';

const WORKER = fileURLToPath(new URL('./worker.mjs', import.meta.url));

export async function startServer() {
  const path = findTemporal();
  if (!path) throw new Error('no `temporal` executable: run `npm start` once, which gets it');
  return TestWorkflowEnvironment.createLocal({
    server: { executable: { type: 'existing-path', path }, log: { format: 'pretty', level: 'error' } },
  });
}

export async function startVariant(variant, address, folder) {
  const child = fork(WORKER, [variant, address, folder], {
    execArgv: ['--expose-gc'],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const message = await answerOf(child, variant);
  if (!message.ready) throw new Error(`the ${variant} worker did not start`);
  return child;
}

/** Sends a message and waits for its answer. */
export async function ask(child, message) {
  const answer = answerOf(child, 'asked');
  child.send(message);
  return answer;
}

async function answerOf(child, name) {
  const given = new AbortController();
  const { signal } = given;
  try {
    return await Promise.race([
      once(child, 'message', { signal }).then(([message]) => message),
      once(child, 'exit', { signal }).then(([code]) => {
        throw new Error(`the ${name} worker ended with code ${code}`);
      }),
    ]);
  } finally {
    given.abort();
  }
}

/** Ends a worker in order, so that everything it captured is stored. */
export async function endVariant(child) {
  const ended = once(child, 'exit');
  child.send({ stop: true });
  const [code] = await ended;
  if (code !== 0) throw new Error(`a worker ended with code ${code}`);
}
