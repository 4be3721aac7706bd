/**
 * Uses the SDK's logger and meter, from the runtime that exists when a worker begins. Nothing here creates a
 * runtime, because a lab or another plugin may install its own. It can do so while a worker is created, and
 * again when the last worker has ended. Messages before a worker begins wait for it. Node only.
 * @module
 */
import type { Runtime } from '@temporalio/worker';
import type { Logger, Meter } from '../record/recorder';

type RuntimeParts = Pick<Runtime, 'logger' | 'metricMeter'>;

/** The most calls that wait for a runtime. Further ones are dropped. */
const MAX_WAITING = 1_000;

/** Passes log lines and metrics to the SDK's runtime. Before a runtime is attached, they wait. */
export class SdkRuntime {
  #runtime: RuntimeParts | undefined;
  readonly #waiting: ((runtime: RuntimeParts) => void)[] = [];

  /** Writes to the SDK's logger. */
  readonly log: Logger = {
    warn: (message, attributes) => this.#use(({ logger }) => logger.warn(message, attributes)),
  };

  /** Creates instruments of the SDK's meter. */
  readonly meter: Meter = {
    createCounter: (...parameters) => {
      const use = this.#instrument(({ metricMeter }) => metricMeter.createCounter(...parameters));
      return { add: (value, tags) => use((counter) => counter.add(value, tags)) };
    },
    createHistogram: (...parameters) => {
      const use = this.#instrument(({ metricMeter }) => metricMeter.createHistogram(...parameters));
      return { record: (value, tags) => use((histogram) => histogram.record(value, tags)) };
    },
    createGauge: (...parameters) => {
      const use = this.#instrument(({ metricMeter }) => metricMeter.createGauge(...parameters));
      return { set: (value, tags) => use((gauge) => gauge.set(value, tags)) };
    },
  };

  /**
   * Attaches the runtime of a worker that begins. It is kept for messages after the worker's end, when the SDK
   * has released it.
   */
  attach(runtime: RuntimeParts): void {
    if (this.#runtime === runtime) return;
    this.#runtime = runtime;
    for (const use of this.#waiting.splice(0)) quietly(() => use(runtime));
  }

  #use(action: (runtime: RuntimeParts) => void): void {
    if (this.#runtime) action(this.#runtime);
    else if (this.#waiting.length < MAX_WAITING) this.#waiting.push(action);
  }

  /** Creates an instrument with its first use, and again for each runtime. */
  #instrument<T>(make: (runtime: RuntimeParts) => T): (use: (instrument: T) => void) => void {
    let made: { runtime: RuntimeParts; instrument: T } | undefined;
    return (use) =>
      this.#use((runtime) => {
        if (made?.runtime !== runtime) made = { runtime, instrument: make(runtime) };
        use(made.instrument);
      });
  }
}

/** A call that waited has no caller left to throw to. */
function quietly(use: () => void): void {
  try {
    use();
  } catch {
    // A logger or a meter that throws must not prevent a worker's start.
  }
}
