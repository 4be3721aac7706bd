/**
 * A thread that reads the store and answers questions, one at a time. Node only.
 * @module
 */
import { parentPort, workerData } from 'node:worker_threads';
import { ProvenanceError } from '../../errors';
import { checkScope, closeScope, openScope, type Scope, scopeFor } from '../../questions/scope';
import { csvParts } from '../csv/part';
import { READING } from '../limits';
import { QUESTIONS } from '../questions/all';
import type { Question } from '../questions/question';
import { placeOf } from './place';
import type { AskMessage, Fault, Reading, Reply } from './protocol';

const { installation, limit_ms } = workerData as Reading;
const byName = new Map(
  [...QUESTIONS, ...csvParts(QUESTIONS)].map((question) => [
    question.name,
    question as Question<unknown, unknown>,
  ]),
);
let opened: Promise<Scope> | undefined;
let checked_at_ms = Number.NEGATIVE_INFINITY;

async function answer({ question, input, labs }: AskMessage): Promise<string> {
  // The scope has no URL, so the store is never written to, not even to derive links.
  const scope = { ...scopeFor(await checked(), labs), installation };
  const json = JSON.stringify(await byName.get(question)!.ask(scope, input));
  if (json.length <= READING.answer_characters) return json;
  throw new TooLarge();
}

class TooLarge extends Error {}

/** Returns the open store. It checks regularly whether a later release has changed it. */
async function checked(): Promise<Scope> {
  const scope = await open();
  if (performance.now() - checked_at_ms < READING.checked_ms) return scope;
  await checkScope(scope);
  checked_at_ms = performance.now();
  return scope;
}

/** Opens the store; after a failure the next question tries again. */
function open(): Promise<Scope> {
  opened ??= openScope(installation.url, { lab: 'default' }, { limit_ms }).catch((error) => {
    opened = undefined;
    throw error;
  });
  return opened;
}

/** Closes the store after an error, which it may have caused; the next question reopens it. */
async function close(): Promise<void> {
  const closing = opened;
  opened = undefined;
  await closing?.then(closeScope).catch(() => undefined);
}

function faultOf(error: unknown): Fault {
  if (error instanceof TooLarge)
    return {
      code: 'ANSWER_TOO_LARGE',
      message: 'The answer is too large for this server. Request fewer items with `limit`.',
    };
  if (!ProvenanceError.is(error)) {
    const known = error instanceof Error ? error : new Error(String(error));
    return { code: 'FAULT', message: known.message, where: placeOf(known) };
  }
  const { code, message } = error;
  const { position, candidates } = error as { position?: number; candidates?: readonly string[] };
  return {
    code,
    message,
    ...(position !== undefined && { position }),
    ...(candidates && { candidates }),
  };
}

parentPort!.on('message', async (message: AskMessage) => {
  const { id } = message;
  const reply: Reply = await answer(message).then(
    (json) => ({ id, json }),
    (error) => ({ id, fault: faultOf(error) }),
  );
  if ('fault' in reply && reply.fault.code.startsWith('STORE_')) await close();
  parentPort!.postMessage(reply);
});

// The thread is ready from here on.
parentPort!.postMessage({});
