/**
 * Metrics about capture itself. The interface is the part of the SDK's `MetricMeter` that is used here, so
 * `Runtime.instance().metricMeter` fits without changes. Node only.
 * @module
 */
import { NOTICES } from '../../model/limits';

/** Creates instruments. A meter that throws is ignored. */
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

/** Receives one line per kind of fault. */
export interface Logger {
  warn(message: string, attributes?: Record<string, unknown>): void;
}

/** The counts of a recorder since it was created. */
export interface RecorderStatistics {
  runs: number;
  stops: number;
  refusals: number;
  /** Runs that `capture` excluded. */
  skipped: number;
  /** Attempts that did not run because the store was unavailable. */
  blocked: number;
  /** Losses by kind. */
  losses: { [kind: string]: number };
  /** Commits, and records that wait for one. */
  groups: number;
  queued_records: number;
  queued_bytes: number;
}

/** The results of one commit for the records of one recorder. */
export interface Commit {
  runs: number;
  stops: number;
  refusals: number;
  time_ms: number;
  queued_bytes: number;
}

/** Returns a commit with zero counts. The time is in milliseconds. */
export function noCommit(time_ms: number, queued_bytes: number): Commit {
  return { runs: 0, stops: 0, refusals: 0, time_ms, queued_bytes };
}

/** Changes of the spool. */
export interface SpoolFigures {
  spooled?: number;
  dropped?: number;
  taken?: number;
  /** The bytes in it, of all processes. */
  bytes?: number;
}

/** Instruments. They are called once per commit, not once per run, because a call crosses into native code. */
export class Instruments {
  readonly #runs;
  readonly #stops;
  readonly #refusals;
  readonly #losses;
  readonly #commitTime;
  readonly #queued;
  readonly #skipped;
  readonly #blocked;
  readonly #spooled;
  readonly #dropped;
  readonly #taken;
  readonly #spoolGauge;
  #unsaidSkips = 0;

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
      'Time from sending a group to the store until it is durable',
    );
    this.#queued = meter?.createGauge(
      'temporal_provenance_queue',
      'int',
      'By',
      'Records waiting for the store',
    );
    this.#skipped = counter('skipped', 'Attempts excluded by the capture rules');
    this.#blocked = counter('blocked', 'Attempts that did not run because the store was unavailable');
    this.#spooled = counter('spooled', 'Records written to the spool');
    this.#dropped = counter('spool_dropped', 'Records dropped because the spool was full');
    this.#taken = counter('spool_taken', 'Records imported from the spool into the store');
    this.#spoolGauge = meter?.createGauge(
      'temporal_provenance_spool',
      'int',
      'By',
      'Records in the spool, of all processes',
    );
  }

  commit(group: Commit): void {
    quietly(() => {
      this.#saySkips();
      if (group.runs > 0) this.#runs?.add(group.runs);
      if (group.stops > 0) this.#stops?.add(group.stops);
      if (group.refusals > 0) this.#refusals?.add(group.refusals);
      this.#commitTime?.record(group.time_ms);
      this.#queued?.set(group.queued_bytes);
    });
  }

  spool(figures: SpoolFigures): void {
    quietly(() => {
      if (figures.spooled) this.#spooled?.add(figures.spooled);
      if (figures.dropped) this.#dropped?.add(figures.dropped);
      if (figures.taken) this.#taken?.add(figures.taken);
      if (figures.bytes !== undefined) this.#spoolGauge?.set(figures.bytes);
    });
  }

  /** Reports how much waits now, in memory and in the spool. The latter may be unknown. */
  waiting(queued_bytes: number, spool_bytes: number | undefined): void {
    quietly(() => {
      this.#queued?.set(queued_bytes);
      if (spool_bytes !== undefined) this.#spoolGauge?.set(spool_bytes);
    });
  }

  /** Counts a skipped run. It is reported with the next commit, or within a second. */
  skip(): void {
    if (this.#unsaidSkips++ > 0) return;
    setTimeout(() => this.flush(), NOTICES.skips_after_ms).unref();
  }

  /** Reports what was not reported yet. */
  flush(): void {
    quietly(() => this.#saySkips());
  }

  #saySkips(): void {
    const skips = this.#unsaidSkips;
    this.#unsaidSkips = 0;
    if (skips > 0) this.#skipped?.add(skips);
  }

  blocked(): void {
    quietly(() => this.#blocked?.add(1));
  }

  loss(kind: string, count: number): void {
    this.#losses?.add(count, { kind });
  }
}

/** A meter that throws must not prevent storing records. */
function quietly(report: () => void): void {
  try {
    report();
  } catch {
    // The error is ignored; see above.
  }
}
