/**
 * Keeps the lines that an activity logs through its Context with its run, from INFO up. The lines still go
 * where they went before. Node only.
 * @module
 */
import type { Context } from '@temporalio/activity';
import type { Logger } from '@temporalio/common';
import type { HeartbeatParts } from './heartbeats';
import { LogTail, type LogTailLimits } from './log-tail';

/** Listens to an attempt's logger. Call the returned function when the attempt ends. */
export function listenToLog(
  context: Context,
  run_start: string,
  parts: HeartbeatParts & { limits?: LogTailLimits },
): () => void {
  const run_id = context.info.workflowExecution?.runId ?? null;
  const tail = new LogTail({ run_start, run_id }, parts);
  context.log = listening(context.log, tail);
  return () => tail.flush();
}

function listening(logger: Logger, tail: LogTail): Logger {
  return {
    log(level, message, meta) {
      if (level !== 'TRACE' && level !== 'DEBUG') tail.write(level, message, meta);
      logger.log(level, message, meta);
    },
    trace(message, meta) {
      logger.trace(message, meta);
    },
    debug(message, meta) {
      logger.debug(message, meta);
    },
    info(message, meta) {
      tail.write('INFO', message, meta);
      logger.info(message, meta);
    },
    warn(message, meta) {
      tail.write('WARN', message, meta);
      logger.warn(message, meta);
    },
    error(message, meta) {
      tail.write('ERROR', message, meta);
      logger.error(message, meta);
    },
  };
}
