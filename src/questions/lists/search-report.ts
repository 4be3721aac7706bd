/**
 * What a search could not examine, as a report to the caller. Node only.
 * @module
 */
import type { FoundRuns } from '../../store/search/query';
import { counted } from '../words';

/** Filled while a query is answered. Pass an empty object, and read it afterwards. */
export interface SearchReport {
  /**
   * Runs that were left out although they may match: the value that the filter needs was cut, masked or
   * withheld in their record. Only runs that were read until enough were found are counted.
   */
  unseen?: number;
  /** True if more runs than `unseen` were left out. */
  unseen_more?: boolean;
  /**
   * Names (`result`) that were read as metadata fields, because runs have such a field. Use `temporal.result.…`
   * for results.
   */
  metadata?: string[];
}

/** Fills a report. */
export function fillReport(
  report: SearchReport | undefined,
  { unseen, unseen_more, metadata }: FoundRuns,
): void {
  if (!report) return;
  report.unseen = unseen;
  report.unseen_more = unseen_more === true;
  report.metadata = metadata;
}

/** A report in sentences; empty if there is nothing to report. */
export function reportLines({ unseen = 0, unseen_more, metadata = [] }: SearchReport): string[] {
  const lines = metadata.map(
    (name) => `${name} was searched as a metadata field; results of activities are temporal.${name}.`,
  );
  if (unseen === 0) return lines;
  const runs = unseen_more ? `${unseen.toLocaleString('en-US')} runs and more` : counted(unseen, 'run');
  return [...lines, `${runs} could not be checked and may match too: the value was cut, masked or withheld.`];
}
