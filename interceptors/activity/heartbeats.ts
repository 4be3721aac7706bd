/**
 * Checkpoints of a long activity: each heartbeat ends a segment, which is recorded at once, so that it survives
 * a killed worker. The SDK has no interceptor for heartbeats, so the attempt's own `heartbeat` is wrapped. Node
 * only.
 * @module
 */
import type { Context } from '@temporalio/activity';
import { SCHEMA_VERSION } from '../../src/model/documents';
import { isJsonObject, type Json } from '../../src/model/json';
import { type Checkpoint, checkpointStride } from '../../src/model/progress';
import type { Recorder } from '../../src/record/recorder';
import { newUid } from '../../src/record/uid';
import type { ValueRecorder } from '../../src/values/policy';
import { lose } from '../loss';

/**
 * After {@link MAX_CHECKPOINTS} the last heartbeat is passed on at this interval, in ms. Before that, each one
 * is passed on at once.
 */
const GATHER_MS = 200;

/** The parts with which heartbeats are recorded. */
export interface HeartbeatParts {
  recorder: Recorder;
  values: ValueRecorder;
  /** Receives the details of heartbeats. */
  data?: { heartbeat(details: readonly unknown[]): void };
}

/**
 * Records the heartbeats of an attempt from now on. Call the returned function when the attempt ends. A fault
 * in recording never reaches the activity.
 */
export function watchHeartbeats(context: Context, run_start: string, parts: HeartbeatParts): () => void {
  const heartbeat = context.heartbeat.bind(context);
  const segments = new Segments(run_start, parts);
  const watched = (...details: unknown[]): void => {
    heartbeat(...details);
    segments.end(details);
  };
  // Heartbeats are checkpoints: docs/design/recording.md#while-work-runs.
  Object.defineProperty(context, 'heartbeat', { value: watched, configurable: true });
  return () => segments.flush();
}

/** The segments of one run. Its methods never throw. */
class Segments {
  readonly #run_start: string;
  readonly #parts: HeartbeatParts;
  #index = 0;
  #start_time = Date.now() / 1000;
  #waiting: Checkpoint | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(run_start: string, parts: HeartbeatParts) {
    this.#run_start = run_start;
    this.#parts = parts;
  }

  /**
   * Ends a segment at a heartbeat. A newer segment replaces the one that waits, which is passed on only if it
   * is to be kept.
   */
  end(details: unknown[]): void {
    try {
      this.#parts.data?.heartbeat(details);
      const checkpoint = this.#checkpoint(details);
      if (checkpoint.index % checkpointStride(checkpoint.index) === 0) {
        this.#record(checkpoint);
      } else {
        this.#waiting = checkpoint;
        this.#timer ??= setTimeout(() => this.flush(), GATHER_MS).unref();
      }
    } catch (error) {
      lose(this.#parts.recorder, 'checkpoint', error);
    }
  }

  flush(): void {
    try {
      clearTimeout(this.#timer);
      this.#timer = undefined;
      const last = this.#waiting;
      if (last) this.#record(last);
    } catch (error) {
      lose(this.#parts.recorder, 'checkpoint', error);
    }
  }

  /** A segment that was not passed on becomes part of the next one that is. */
  #record(checkpoint: Checkpoint): void {
    this.#waiting = undefined;
    this.#start_time = checkpoint.stop_time;
    this.#parts.recorder.record({ kind: 'checkpoint', checkpoint });
  }

  #checkpoint(details: unknown[]): Checkpoint {
    const { values } = this.#parts;
    return {
      schema_version: SCHEMA_VERSION,
      checkpoint_id: newUid(),
      run_start: this.#run_start,
      index: this.#index++,
      start_time: this.#start_time,
      stop_time: Date.now() / 1000,
      details: values.values(details),
      ...(values.withholds ? {} : simulatedTime(details[0])),
    };
  }
}

/**
 * The simulated time, if the first detail gives it as `t_start_ms` and `t_stop_ms`. A lab that encrypts does
 * not record it.
 */
function simulatedTime(detail: unknown): Pick<Checkpoint, 't_start_ms' | 't_stop_ms'> {
  if (!isJsonObject(detail)) return {};
  const { t_start_ms, t_stop_ms } = detail;
  return { ...finite('t_start_ms', t_start_ms), ...finite('t_stop_ms', t_stop_ms) };
}

function finite(
  name: 't_start_ms' | 't_stop_ms',
  value: Json | undefined,
): Pick<Checkpoint, 't_start_ms' | 't_stop_ms'> {
  return typeof value === 'number' && Number.isFinite(value) ? { [name]: value } : {};
}
