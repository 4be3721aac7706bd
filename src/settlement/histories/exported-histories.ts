/**
 * Histories in a folder of Temporal Cloud's exported files, found by workflow id and run id. They are closed, so no attempt is
 * pending.
 * @module
 */
import type { ExecutionAddress } from '../../model/documents';
import { type ExportedHistory, readExport } from './export-files';
import type { HistoryLoss } from './history-losses';
import type { HistorySource, Look } from './history-source';

/** The histories of a folder of exported files, by run id. */
export class ExportedHistories implements HistorySource {
  readonly name = 'export';
  /** The parts of the files that could not be read. */
  readonly losses: readonly HistoryLoss[];
  readonly #looks: ReadonlyMap<string, Look>;

  private constructor(looks: ReadonlyMap<string, Look>, losses: readonly HistoryLoss[]) {
    this.#looks = looks;
    this.losses = losses;
  }

  /**
   * Reads a folder.
   * @throws EXPORT_INVALID if the folder can't be read
   */
  static async read(folder: string): Promise<ExportedHistories> {
    const looks = new Map<string, Look>();
    const losses: HistoryLoss[] = [];
    for await (const execution of readExport(folder)) {
      if (execution.loss) {
        losses.push(execution.loss);
        continue;
      }
      const address = exportedAddress(execution.events, '');
      if (!address) {
        losses.push(nameless(execution));
        continue;
      }
      looks.set(address.run_id, {
        kind: 'history',
        events: execution.events,
        pending: { attempts: new Map() },
      });
    }
    return new ExportedHistories(looks, losses);
  }

  /** Nothing is concluded about executions that an export does not contain. */
  async look({ run_id }: ExecutionAddress): Promise<Look> {
    return this.#looks.get(run_id) ?? { kind: 'unavailable', reason: 'not among the exported histories' };
  }
}

/** Returns the loss of an exported history whose execution is unknown. */
export function nameless({ of, time }: ExportedHistory): HistoryLoss {
  return { loss: 'history-start', reason: 'a history that does not name its execution', of, time };
}

/**
 * Returns an exported execution's address from its first event. A history contains its own run id only as the original of resets.
 */
export function exportedAddress(
  events: Extract<Look, { kind: 'history' }>['events'],
  namespace: string,
): ExecutionAddress | undefined {
  const attributes = events[0]?.workflowExecutionStartedEventAttributes;
  const reset = events.findLast((event) => event.workflowTaskFailedEventAttributes?.newRunId);
  const run_id = reset?.workflowTaskFailedEventAttributes?.newRunId || attributes?.originalExecutionRunId;
  return attributes?.workflowId && run_id
    ? { namespace, workflow_id: attributes.workflowId, run_id }
    : undefined;
}
