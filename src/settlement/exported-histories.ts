/**
 * Histories of a folder of Temporal Cloud's exported files, found by workflow id and run id. Histories are
 * closed, so there is nothing pending.
 * @module
 */
import type { ExecutionAddress } from '../model/documents';
import { readExport } from './export-files';
import type { HistorySource, Look } from './history-source';

export class ExportedHistories implements HistorySource {
  readonly name = 'export';
  readonly #looks: ReadonlyMap<string, Look>;

  private constructor(looks: ReadonlyMap<string, Look>) {
    this.#looks = looks;
  }

  /**
   * Reads a folder.
   * @throws EXPORT_INVALID when the folder can't be read
   */
  static async read(folder: string): Promise<ExportedHistories> {
    const looks = new Map<string, Look>();
    for await (const execution of readExport(folder)) {
      if ('reason' in execution) continue;
      const address = exportedAddress(execution.events, '');
      if (!address) continue;
      looks.set(address.run_id, {
        kind: 'history',
        events: execution.events,
        pending: { attempts: new Map() },
      });
    }
    return new ExportedHistories(looks);
  }

  /** What an export does not hold, it says nothing of. */
  async look({ run_id }: ExecutionAddress): Promise<Look> {
    return this.#looks.get(run_id) ?? { kind: 'unavailable', reason: 'not among the exported histories' };
  }
}

/** An exported execution's address, from its first event; a history names its run only as the original of its resets. */
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
