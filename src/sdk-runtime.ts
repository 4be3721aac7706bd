/**
 * The SDK's logger and meter, reached for with the first use: reaching for them creates the SDK's runtime, which a lab or
 * another plugin may still want to configure while a worker is being made. Node only.
 * @module
 */
import type { Runtime } from '@temporalio/worker';
import type { Logger, Meter } from './record/recorder';

type RuntimeClass = Pick<typeof Runtime, 'instance'>;

/** Writes to the SDK's logger. */
export function runtimeLog(runtime: RuntimeClass): Logger {
  return { warn: (message, attributes) => runtime.instance().logger.warn(message, attributes) };
}

/** Makes instruments of the SDK's meter. */
export function runtimeMeter(runtime: RuntimeClass): Meter {
  const meter = () => runtime.instance().metricMeter;
  return {
    createCounter(...parameters) {
      const counter = lazily(() => meter().createCounter(...parameters));
      return { add: (value, tags) => counter().add(value, tags) };
    },
    createHistogram(...parameters) {
      const histogram = lazily(() => meter().createHistogram(...parameters));
      return { record: (value, tags) => histogram().record(value, tags) };
    },
    createGauge(...parameters) {
      const gauge = lazily(() => meter().createGauge(...parameters));
      return { set: (value, tags) => gauge().set(value, tags) };
    },
  };
}

function lazily<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
