/**
 * Collects what a probe finds, and runs it: independently, within the budget, with a reason for everything that
 * is absent. Node.
 * @module
 */
import type { Blob } from '../model/environment';
import type { Json } from '../model/json';
import { sha256 } from './identity/canonical';
import type { Field } from './identity/fields';
import { type Masking, OWN_POLICY_ONLY } from './identity/withheld';

/** Facts, reasons and contents of one or more probes. Nothing is accepted after `seal`. */
export class Findings {
  /** Masks secrets. */
  readonly masking: Masking;
  readonly facts = new Map<Field, Json>();
  readonly reasons = new Map<Field, string>();
  readonly blobs = new Map<string, Blob>();
  #sealed = false;

  constructor(masking: Masking = OWN_POLICY_ONLY) {
    this.masking = masking;
  }

  /** Records a value. */
  found(field: Field, value: Json): void {
    if (this.#sealed) return;
    this.facts.set(field, value);
    this.reasons.delete(field);
  }

  /** Records why there is no value. Removes an earlier value. */
  absent(reason: string, ...fields: Field[]): void {
    if (this.#sealed) return;
    for (const field of fields) {
      this.facts.delete(field);
      this.reasons.set(field, reason);
    }
  }

  /** Records a value, or the reason why it is undefined. */
  take(field: Field, value: Json | undefined, reason: string): void {
    if (value === undefined) this.absent(reason, field);
    else this.found(field, value);
  }

  /** Records a remark about a value that is present (`truncated`, `withheld`). */
  remark(field: Field, reason: string): void {
    if (!this.#sealed) this.reasons.set(field, reason);
  }

  /** Keeps a content under its digest, and returns the digest. */
  keep(mediaType: string, bytes: Uint8Array): string {
    const digest = sha256(bytes);
    if (!this.#sealed) this.blobs.set(digest, { digest, media_type: mediaType, bytes });
    return digest;
  }

  /** Keeps a content whose digest is known. */
  hold(blob: Blob): void {
    if (!this.#sealed) this.blobs.set(blob.digest, blob);
  }

  /** Closes: later findings are ignored. Fields without a value or reason are absent for `reason`. */
  seal(fields: readonly Field[], reason: string): void {
    for (const field of fields)
      if (!this.facts.has(field) && !this.reasons.has(field)) this.absent(reason, field);
    this.#sealed = true;
  }
}

/** An expected failure of a probe. `reason` is the stable code that is recorded. */
export class Absent extends Error {
  override readonly name = 'Absent';
  readonly reason: string;

  constructor(reason: string, options?: { cause?: unknown }) {
    super(reason, options);
    this.reason = reason;
  }
}

/** What every probe receives. */
export interface ProbeContext {
  /** Folder of the code. */
  cwd: string;
  /** Variables of the process. Probes never read `process.env` themselves. */
  env: NodeJS.ProcessEnv;
  /** Aborted when the budget of the whole capture is spent. */
  signal: AbortSignal;
  /**
   * Aborted a little earlier: waiting for a program ends then, so that there is time to record what is known
   * without it.
   */
  patience?: AbortSignal;
  /** `performance.now()` by which a probe that can be cut short returns what it has; absent means no limit. */
  deadline?: number;
}

/** One file's part in a capture. */
export interface Probe {
  fields: readonly Field[];
  run(context: ProbeContext, findings: Findings): Promise<void> | void;
}

/**
 * Runs a probe to its end or to the end of the budget. Never rejects. Afterwards every field has a value or a
 * reason.
 */
export async function runProbe(probe: Probe, context: ProbeContext, masking?: Masking): Promise<Findings> {
  const findings = new Findings(masking);
  let reason = 'not_captured';
  try {
    const done = Promise.resolve().then(() => probe.run(context, findings));
    if ((await Promise.race([done, aborted(context.signal)])) === ABORTED) reason = 'timeout';
  } catch (error) {
    reason = error instanceof Absent ? error.reason : 'failed';
  }
  findings.seal(probe.fields, reason);
  return findings;
}

const ABORTED = Symbol('aborted');

function aborted(signal: AbortSignal): Promise<typeof ABORTED> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(ABORTED);
    else signal.addEventListener('abort', () => resolve(ABORTED), { once: true });
  });
}
