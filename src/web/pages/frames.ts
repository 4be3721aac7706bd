/**
 * The store's part of the frame of each page: its labs and remarks. Node only.
 * @module
 */
import type { Labs } from '../../questions/scope';
import { Refusal } from '../http/problem';
import { FRAME } from '../limits';
import { labs as labsQuestion, type StoreLabs } from '../questions/labs';
import type { Answering } from '../reading/readers';

interface Kept {
  until_ms: number;
  answer: Promise<StoreLabs>;
}

/** Loads the labs, and caches them. */
export class Frames {
  readonly #answering: Answering;
  readonly #kept = new Map<string, Kept>();

  constructor(answering: Answering) {
    this.#answering = answering;
  }

  /**
   * Returns the frame for these labs.
   * @throws (rejects) Unanswered; Refusal where the store has no lab of the name that is looked at
   */
  async of(labs: Labs): Promise<StoreLabs> {
    const found = await this.#ask(labs);
    const { only_lab, confined } = labs;
    if (only_lab === undefined || confined || found.labs.includes(only_lab)) return found;
    throw new Refusal(unknownLab(only_lab, found.labs));
  }

  #ask(labs: Labs): Promise<StoreLabs> {
    const key = labs.confined ? `lab ${labs.lab}` : 'all';
    const kept = this.#kept.get(key);
    const now_ms = performance.now();
    if (kept && kept.until_ms > now_ms) return kept.answer;
    const answer = this.#answering.ask(labsQuestion, {}, labs).then((json) => JSON.parse(json) as StoreLabs);
    answer.catch(() => this.#kept.delete(key));
    this.#kept.set(key, { until_ms: now_ms + FRAME.kept_ms, answer });
    return answer;
  }
}

function unknownLab(lab: string, labs: readonly string[]) {
  const named = labs.slice(0, FRAME.named_labs).join(', ');
  const more = labs.length - FRAME.named_labs;
  const has =
    labs.length === 0 ? 'It has no labs yet' : `It has ${named}${more > 0 ? ` and ${more} more` : ''}`;
  return {
    status: 404,
    code: 'LAB_UNKNOWN',
    detail: `The store has no lab '${lab}'. ${has}.`,
    offers: labs.slice(0, FRAME.named_labs).map((name) => ({ words: name, parameters: { lab: name } })),
  } as const;
}
