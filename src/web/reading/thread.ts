/**
 * A thread that reads the store and answers questions, one at a time. Node only.
 * @module
 */
import { parentPort, workerData } from 'node:worker_threads';
import { ProvenanceError } from '../../errors';
import { openScope, type Scope } from '../../questions/scope';
import { csvParts } from '../csv/part';
import { QUESTIONS } from '../questions/all';
import type { Question } from '../questions/question';
import type { Asked, Fault, Reply } from './protocol';

const { url } = workerData as { url: string };
const byName = new Map(
  [...QUESTIONS, ...csvParts(QUESTIONS)].map((question) => [
    question.name,
    question as Question<unknown, unknown>,
  ]),
);
let opened: Promise<Scope> | undefined;

async function answer({ question, input, labs }: Asked): Promise<string> {
  // Without the URL: the store is never written to, not even to join what was recorded last.
  const { store } = await open();
  return JSON.stringify(await byName.get(question)!.ask({ store, ...labs }, input));
}

/** A store that could not be opened is tried again by the next question. */
function open(): Promise<Scope> {
  opened ??= openScope(url, { lab: 'default' }).catch((error) => {
    opened = undefined;
    throw error;
  });
  return opened;
}

function faultOf(error: unknown): Fault {
  if (!ProvenanceError.is(error))
    return { code: 'FAULT', message: error instanceof Error ? error.message : String(error) };
  const { code, message } = error;
  const { position } = error as { position?: number };
  return { code, message, ...(position !== undefined && { position }) };
}

parentPort!.on('message', async (asked: Asked) => {
  const { id } = asked;
  const reply: Reply = await answer(asked).then(
    (json) => ({ id, json }),
    (error) => ({ id, fault: faultOf(error) }),
  );
  parentPort!.postMessage(reply);
});
