/**
 * Figures about capture itself. The interface is the part of the SDK's `MetricMeter` that is used here, so that
 * `Runtime.instance().metricMeter` fits as it is. Node only.
 * @module
 */

export interface Meter {
  createCounter(name: string, unit?: string, description?: string): { add(value: number, tags?: Tags): void };
  createHistogram(
    name: string,
    valueType?: 'int' | 'float',
    unit?: string,
    description?: string,
  ): { record(value: number, tags?: Tags): void };
  createGauge(
    name: string,
    valueType?: 'int' | 'float',
    unit?: string,
    description?: string,
  ): { set(value: number, tags?: Tags): void };
}

type Tags = Record<string, string | number | boolean>;

/** Where the one line per kind of fault goes. */
export interface Logger {
  warn(message: string, attributes?: Record<string, unknown>): void;
}

/** What a recorder has done since it was created. */
export interface RecorderStatistics {
  runs: number;
  stops: number;
  refusals: number;
  /** Runs that `capture` left out. */
  skipped: number;
  /** By kind. */
  losses: { [kind: string]: number };
  /** Commits, and records that wait for one. */
  groups: number;
  queued_records: number;
  queued_bytes: number;
}

/** Instruments, called once per commit rather than once per run: a call crosses into native code. */
export class Instruments {
  readonly #runs;
  readonly #stops;
  readonly #refusals;
  readonly #losses;
  readonly #commitTime;
  readonly #queued;

  constructor(meter: Meter | undefined) {
    const counter = (name: string, description: string) =>
      meter?.createCounter(`temporal_provenance_${name}`, '1', description);
    this.#runs = counter('runs', 'Runs opened');
    this.#stops = counter('stops', 'Runs closed');
    this.#refusals = counter('refusals', 'Runs refused by the rules of the lab');
    this.#losses = counter('losses', 'Captures that failed, by kind');
    this.#commitTime = meter?.createHistogram(
      'temporal_provenance_commit_time',
      'float',
      'ms',
      'From handing a group to the store until it is durable',
    );
    this.#queued = meter?.createGauge(
      'temporal_provenance_queue',
      'int',
      'By',
      'Records that wait for the store',
    );
  }

  commit(group: {
    runs: number;
    stops: number;
    refusals: number;
    time_ms: number;
    queued_bytes: number;
  }): void {
    try {
      if (group.runs > 0) this.#runs?.add(group.runs);
      if (group.stops > 0) this.#stops?.add(group.stops);
      if (group.refusals > 0) this.#refusals?.add(group.refusals);
      this.#commitTime?.record(group.time_ms);
      this.#queued?.set(group.queued_bytes);
    } catch {
      // A meter that throws must not keep records from the store.
    }
  }

  loss(kind: string, count: number): void {
    this.#losses?.add(count, { kind });
  }
}
