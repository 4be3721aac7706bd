/**
 * The last lines that a run or a workflow logged, recorded in small groups as they arrive. The tail is bounded:
 * lines beyond the bound are deleted from the store too. Node only.
 * @module
 */
import type { LogLine } from '../../src/model/progress';
import type { Recorder } from '../../src/record/recorder';
import type { LogRecord } from '../../src/store/interface/written';
import { ownText } from '../../src/values/own-text';
import type { ValueRecorder } from '../../src/values/policy';
import { lose } from '../loss';

/** How many of the last lines that a run or a workflow logs are kept. */
export interface LogTailLimits {
  /** @defaultValue 200 */
  lines: number;
  /** Limit in bytes for messages and attributes together. @defaultValue 64 KiB */
  bytes: number;
}

/** The limits of a lab that sets none: 200 lines, 64 KiB. */
export const DEFAULT_LOG_LIMITS: LogTailLimits = { lines: 200, bytes: 65_536 };

/** The number of lines that are gathered before they are passed on, and how long they may wait. */
const GROUP_LINES = 20;
const GROUP_DELAY_MS = 200;

/** Attributes that the SDK or this plugin adds to each line. The run's record has them already. */
const KNOWN_ATTRIBUTES = new Set([
  'namespace',
  'workflowId',
  'workflowRunId',
  'runId',
  'workflowType',
  'activityId',
  'activityType',
  'attempt',
  'isLocal',
  'taskQueue',
  'taskToken',
  'sdkComponent',
  'runUid',
  'scanId',
  'activityRunId',
]);

type LogTailOwner = Pick<LogRecord, 'run_start' | 'run_id'>;

/**
 * A message is masked before it is cut to its limit. Before masking it is cut to this multiple of the limit, so
 * that any message is cheap to mask.
 */
const MASKED_MULTIPLE = 16;

/** A number that is greater than the number of lines which a tail writes within a millisecond. */
const LINES_PER_MS = 1_000;

/** The lines of one owner. `write` and `flush` never throw. */
export class LogTail {
  readonly #owner: LogTailOwner;
  readonly #recorder: Recorder;
  readonly #values: ValueRecorder;
  readonly #limits: LogTailLimits;
  #pending: LogLine[] = [];
  /** The lines that were passed on and are within the bounds. */
  #kept: { ordinal: number; size: number }[] = [];
  #bytes = 0;
  #next = 0;
  #dropped = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(
    owner: LogTailOwner,
    parts: { recorder: Recorder; values: ValueRecorder; limits?: LogTailLimits },
  ) {
    this.#owner = owner;
    this.#recorder = parts.recorder;
    this.#values = parts.values;
    this.#limits = parts.limits ?? DEFAULT_LOG_LIMITS;
  }

  write(level: string, message: unknown, attributes?: object): void {
    try {
      this.#pending.push(this.#line(level, String(message), attributes));
      if (this.#pending.length >= GROUP_LINES) this.flush();
      else this.#timer ??= setTimeout(() => this.flush(), GROUP_DELAY_MS).unref();
    } catch (error) {
      lose(this.#recorder, 'log', error);
    }
  }

  /** Passes on the pending lines. */
  flush(): void {
    try {
      clearTimeout(this.#timer);
      this.#timer = undefined;
      const lines = this.#pending;
      if (!lines[0]) return;
      this.#pending = [];
      const first = this.#number(lines[0]);
      this.#next = first + lines.length;
      for (const [offset, line] of lines.entries()) {
        const size = line.message.length + (line.attributes ? JSON.stringify(line.attributes).length : 0);
        this.#kept.push({ ordinal: first + offset, size });
        this.#bytes += size;
      }
      this.#recorder.record({ kind: 'log', ...this.#owner, first, lines, keep_from: this.#keepFrom() });
    } catch (error) {
      lose(this.#recorder, 'log', error);
    }
  }

  /**
   * A run has one tail, which counts from 0. An execution has several, one after the other or in turn, on this
   * worker and on others. Their numbers contain the time, so they are distinct and in order.
   */
  #number(line: LogLine): number {
    if (this.#owner.run_start !== null) return this.#next;
    return Math.max(this.#next, Math.floor(line.time * 1000) * LINES_PER_MS);
  }

  #line(level: string, message: string, attributes: object | undefined): LogLine {
    const own = Object.entries(attributes ?? {}).filter(([name]) => !KNOWN_ATTRIBUTES.has(name));
    const recorded = own.length > 0 ? this.#values.value(Object.fromEntries(own)) : undefined;
    const length = this.#limits.bytes / 8;
    const text = this.#values.text(message.slice(0, MASKED_MULTIPLE * length)).slice(0, length);
    return {
      time: Date.now() / 1000,
      level,
      message: ownText(text.toWellFormed()),
      ...(recorded !== null &&
        typeof recorded === 'object' &&
        !Array.isArray(recorded) && { attributes: recorded }),
    };
  }

  /**
   * Number of the oldest line that is still within the bounds; 0 until a line has been dropped. Lines of other
   * tails are kept.
   */
  #keepFrom(): number {
    const { lines, bytes } = this.#limits;
    while (this.#kept.length > 1 && (this.#kept.length > lines || this.#bytes > bytes)) {
      this.#bytes -= this.#kept.shift()?.size ?? 0;
      this.#dropped = true;
    }
    return this.#dropped ? (this.#kept[0]?.ordinal ?? 0) : 0;
  }
}
