/**
 * Which header is taken: the best that has room in its own limit, and in what the headers of one workflow task may take. [isolate-safe]
 * @module
 */
import type { Payload } from '@temporalio/common';
import {
  MAX_ACTIVITY_HEADER_BYTES,
  MAX_START_HEADER_BYTES,
  MAX_TASK_HEADER_BYTES,
} from '../../../src/temporal/header';
import { lineageOf, withLineage } from '../../../src/temporal/lineage-header';
import type { WireLineage } from '../../../src/temporal/wire-lineage';
import {
  type HeaderInputs,
  keyHeader,
  ofContinuedRun,
  wholeActivityHeader,
  wholeStartHeader,
} from '../headers';
import type { PlanScope, WorkflowState } from '../state';
import type { Passed } from './data-flow';

/** What a header may hold. */
export interface Offer {
  /** All that holds in the scope, or its key. */
  metadata: 'whole' | 'key';
  /** Producers with paths, all or some of the producers, or nothing but that there are some. */
  lineage: 'paths' | 'producers' | 'some' | 'none';
  most_bytes: number;
  /** Share of a task's room that may be taken with it: the rest is for shorter ones. */
  task_share: number;
}

/** A header with few producers and their paths, beside a key. */
const SHORT_HEADER_BYTES = 192;

/** Of an activity, the best first. Its paths can be told by sink. */
export const ACTIVITY_OFFERS: readonly Offer[] = [
  { metadata: 'whole', lineage: 'paths', most_bytes: MAX_ACTIVITY_HEADER_BYTES, task_share: 0.5 },
  { metadata: 'whole', lineage: 'producers', most_bytes: MAX_ACTIVITY_HEADER_BYTES, task_share: 0.5 },
  { metadata: 'key', lineage: 'paths', most_bytes: SHORT_HEADER_BYTES, task_share: 0.75 },
  { metadata: 'key', lineage: 'producers', most_bytes: MAX_ACTIVITY_HEADER_BYTES, task_share: 0.9 },
  { metadata: 'key', lineage: 'some', most_bytes: MAX_ACTIVITY_HEADER_BYTES, task_share: 0.9 },
  { metadata: 'key', lineage: 'none', most_bytes: MAX_ACTIVITY_HEADER_BYTES, task_share: 1 },
];

/** Of what starts, or reaches, another workflow, which has nothing but its header. */
export const START_OFFERS: readonly Offer[] = [
  { metadata: 'whole', lineage: 'paths', most_bytes: MAX_START_HEADER_BYTES, task_share: 0.5 },
  { metadata: 'key', lineage: 'paths', most_bytes: MAX_START_HEADER_BYTES, task_share: 0.75 },
  { metadata: 'key', lineage: 'some', most_bytes: MAX_ACTIVITY_HEADER_BYTES, task_share: 0.9 },
  { metadata: 'key', lineage: 'none', most_bytes: MAX_ACTIVITY_HEADER_BYTES, task_share: 1 },
];

/** The headers without lineage that one is made from. */
export interface HeaderBases {
  whole(): Payload;
  key(): Payload;
}

/** Of activities that are scheduled in `scope`. */
export class ActivityBases implements HeaderBases {
  readonly #inputs: HeaderInputs;
  readonly #scope: PlanScope;

  constructor(inputs: HeaderInputs, scope: PlanScope) {
    this.#inputs = inputs;
    this.#scope = scope;
  }

  whole(): Payload {
    return wholeActivityHeader(this.#inputs, this.#scope);
  }

  key(): Payload {
    return keyHeader(this.#inputs, this.#scope);
  }
}

/** Of what starts with what `scope` holds. */
export class StartBases implements HeaderBases {
  readonly #inputs: HeaderInputs;
  readonly #scope: PlanScope;
  readonly #continues: boolean;

  constructor(inputs: HeaderInputs, scope: PlanScope, continues: boolean) {
    this.#inputs = inputs;
    this.#scope = scope;
    this.#continues = continues;
  }

  whole(): Payload {
    return this.#of(wholeStartHeader(this.#inputs, this.#scope));
  }

  key(): Payload {
    return this.#of(keyHeader(this.#inputs, this.#scope));
  }

  #of(header: Payload): Payload {
    return this.#continues ? ofContinuedRun(this.#inputs, header) : header;
  }
}

/** What is to be said. */
export interface Wanted {
  passed: Passed;
  /** Who is told of paths that are not in the header, where any is left out whatever the room. */
  paths_by?: WireLineage['paths_by'];
  /** The task's room is not asked for. */
  unlimited?: boolean;
}

/** A header, and which offer it is. */
export interface Taken {
  header: Payload;
  lineage: Offer['lineage'];
}

/** The first offer that has room, which is taken; `undefined` when there is none for the last. */
export function firstFitting(
  state: WorkflowState,
  bases: HeaderBases,
  offers: readonly Offer[],
  wanted: Wanted,
): Taken | undefined {
  for (const offer of offers) {
    const header = made(offer, bases, wanted);
    const bytes = header?.data?.length ?? 0;
    if (!header || bytes > offer.most_bytes) continue;
    if (!wanted.unlimited) {
      if (state.task_header_bytes + bytes > MAX_TASK_HEADER_BYTES * offer.task_share) continue;
      state.task_header_bytes += bytes;
    }
    return { header, lineage: offer.lineage };
  }
  return undefined;
}

function made(
  { metadata, lineage, most_bytes }: Offer,
  bases: HeaderBases,
  wanted: Wanted,
): Payload | undefined {
  const base = bases[metadata]();
  if (lineage === 'some') return withSome(base, wanted, most_bytes);
  const said = saidOf(lineage, wanted);
  return said ? withLineage(base, said) : base;
}

function saidOf(lineage: Offer['lineage'], { passed, paths_by }: Wanted): WireLineage | undefined {
  const { parts, partial } = passed;
  if (lineage === 'none') return lineageOf([], { partial: true });
  if (lineage === 'producers') return lineageOf(parts, { partial, paths_by: 'sink' });
  return lineageOf(parts, { partial, paths_by });
}

/** As many producers as have room, half as many at each try. */
function withSome(base: Payload, { passed }: Wanted, most_bytes: number): Payload | undefined {
  for (let count = passed.parts.length >> 1; count > 0; count >>= 1) {
    const lineage = lineageOf(passed.parts.slice(0, count), { partial: true, paths_by: 'sink' });
    const header = lineage && withLineage(base, lineage);
    if (header && (header.data?.length ?? 0) <= most_bytes) return header;
  }
  return undefined;
}
