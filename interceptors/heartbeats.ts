/**
 * Checkpoints of a long activity: each heartbeat ends a segment, which is recorded as it comes, so that it is there when the
 * worker is killed. The SDK has no interceptor for heartbeats, so the attempt's own `heartbeat` is wrapped. Node only.
 * @module
 */
import type { Context } from '@temporalio/activity';
import { isJsonObject, type Json } from '../src/model/json';
import type { Checkpoint } from '../src/model/progress';
import type { Recorder } from '../src/record/recorder';
import { newUid } from '../src/record/uid';
import { lose } from './loss';
import type { ValueRecorder } from './values';

/** Checkpoints kept of one run; the heartbeats after it still reach the server, and are counted as one loss. */
export const MAX_CHECKPOINTS = 1_000;

export interface HeartbeatParts {
  recorder: Recorder;
  values: ValueRecorder;
}

/** Records the heartbeats of an attempt from here on. A fault in recording never reaches the activity. */
export function watchHeartbeats(
  context: Context,
  run_start: string,
  { recorder, values }: HeartbeatParts,
): void {
  const heartbeat = context.heartbeat.bind(context);
  let index = 0;
  let start_time = Date.now() / 1000;
  const watched = (...details: unknown[]): void => {
    heartbeat(...details);
    try {
      if (index >= MAX_CHECKPOINTS) {
        if (index++ === MAX_CHECKPOINTS)
          recorder.lose('checkpoint-limit', `more than ${MAX_CHECKPOINTS} in one run`);
        return;
      }
      const stop_time = Date.now() / 1000;
      const checkpoint: Checkpoint = {
        checkpoint_id: newUid(),
        run_start,
        index: index++,
        start_time,
        stop_time,
        details: values.values(details),
        ...(values.withholds ? {} : simulatedTime(details[0])),
      };
      start_time = stop_time;
      recorder.record({ kind: 'checkpoint', checkpoint });
    } catch (error) {
      lose(recorder, 'checkpoint', error);
    }
  };
  Object.defineProperty(context, 'heartbeat', { value: watched, configurable: true });
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
