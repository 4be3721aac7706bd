/**
 * Checkpoints of a long activity: each heartbeat ends a segment, which is recorded as it comes, so that it is there when the
 * worker is killed. The SDK has no interceptor for heartbeats, so the attempt's own `heartbeat` is wrapped. Node only.
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

/** Past {@link MAX_CHECKPOINTS} the last heartbeat is handed over this often; while all are kept, at once. */
const GATHER_MS = 200;

/** What heartbeats are recorded with. */
export interface HeartbeatParts {
  recorder: Recorder;
  values: ValueRecorder;
  /** Told of what heartbeats say. */
  data?: { heartbeat(details: readonly unknown[]): void };
}

/** Records the heartbeats of an attempt from here on; call the answer when it ends. A fault in recording never reaches the activity. */
export function watchHeartbeats(context: Context, run_start: string, parts: HeartbeatParts): () => void {
  const heartbeat = context.heartbeat.bind(context);
  const segments = new Segments(run_start, parts);
  const watched = (...details: unknown[]): void => {
    heartbeat(...details);
    segments.end(details);
  };
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

  /** A heartbeat ends one. The one that waits is followed by a newer one, and is handed over only where it is kept. */
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

  /** A segment that was not handed over is a part of the next one that is. */
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

/** Simulated time, which a lab that encrypts keeps to itself, where the first detail gives it as `t_start_ms` and `t_stop_ms`. */
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
