/**
 * Chooses a header: the best that fits its own limit and the limit for all headers of one workflow task.
 * [isolate-safe]
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
  /** All metadata of the scope, or the key of that metadata. */
  metadata: 'whole' | 'key';
  /** Producers with paths; all producers; some producers; or only the fact that there are some. */
  lineage: 'paths' | 'producers' | 'some' | 'none';
  most_bytes: number;
  /**
   * This header may be taken while the task's headers are below this share of their limit. The rest is for
   * shorter headers.
   */
  task_share: number;
}

/** Size of a header with few producers, their paths, and a key. */
const SHORT_HEADER_BYTES = 192;

/** The offers for an activity, the best first. Paths that the header leaves out can be sent by sink. */
export const ACTIVITY_OFFERS: readonly Offer[] = [
  { metadata: 'whole', lineage: 'paths', most_bytes: MAX_ACTIVITY_HEADER_BYTES, task_share: 0.5 },
  { metadata: 'whole', lineage: 'producers', most_bytes: MAX_ACTIVITY_HEADER_BYTES, task_share: 0.5 },
  { metadata: 'key', lineage: 'paths', most_bytes: SHORT_HEADER_BYTES, task_share: 0.75 },
  { metadata: 'key', lineage: 'producers', most_bytes: MAX_ACTIVITY_HEADER_BYTES, task_share: 0.9 },
  { metadata: 'key', lineage: 'some', most_bytes: MAX_ACTIVITY_HEADER_BYTES, task_share: 0.9 },
  { metadata: 'key', lineage: 'none', most_bytes: MAX_ACTIVITY_HEADER_BYTES, task_share: 1 },
];

/** The offers for a header that starts or reaches another workflow, which can read only its header. */
export const START_OFFERS: readonly Offer[] = [
  { metadata: 'whole', lineage: 'paths', most_bytes: MAX_START_HEADER_BYTES, task_share: 0.5 },
  { metadata: 'key', lineage: 'paths', most_bytes: MAX_START_HEADER_BYTES, task_share: 0.75 },
  { metadata: 'key', lineage: 'some', most_bytes: MAX_ACTIVITY_HEADER_BYTES, task_share: 0.9 },
  { metadata: 'key', lineage: 'none', most_bytes: MAX_ACTIVITY_HEADER_BYTES, task_share: 1 },
];

/** The headers without lineage, to which lineage is added. */
export interface HeaderBases {
  whole(): Payload;
  key(): Payload;
}

/** The headers of activities that are scheduled in `scope`. */
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

/** The headers of executions that start with the metadata of `scope`. */
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

/** What the header should report. */
export interface Wanted {
  passed: Passed;
  /**
   * Set if paths are left out even if there is room: `sink` if they are sent by sink, `withheld` if a codec may
   * encrypt their names.
   */
  paths_by?: WireLineage['paths_by'];
  /** True if the limit of the task does not apply. */
  unlimited?: boolean;
}

/** The chosen header, and its offer. */
export interface Taken {
  header: Payload;
  lineage: Offer['lineage'];
}

/** Returns the first offer that fits, and counts its bytes. `undefined` if not even the last one fits. */
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

/** As many producers as fit; each attempt halves their number. */
function withSome(base: Payload, { passed }: Wanted, most_bytes: number): Payload | undefined {
  for (let count = passed.parts.length >> 1; count > 0; count >>= 1) {
    const lineage = lineageOf(passed.parts.slice(0, count), { partial: true, paths_by: 'sink' });
    const header = lineage && withLineage(base, lineage);
    if (header && (header.data?.length ?? 0) <= most_bytes) return header;
  }
  return undefined;
}
