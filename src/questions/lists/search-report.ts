/**
 * What a search could not look into, for whoever asked. Node only.
 * @module
 */
import type { FoundRuns } from '../../store/search/query';
import { counted } from '../words';

/** Filled while a question is answered: give an empty object, and read it afterwards. */
export interface SearchReport {
  /**
   * Runs that were left out although they may pass: what the filter asks for was cut, masked or withheld in their record. Of those
   * that were looked through until enough were found.
   */
  unseen?: number;
  /** True: there are more of these than `unseen` says. */
  unseen_more?: boolean;
  /** Names (`result`) that were taken as metadata fields, since runs have such a field; results are `temporal.result.…` there. */
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

/** A report in sentences; none where there is nothing to say. */
export function reportLines({ unseen = 0, unseen_more, metadata = [] }: SearchReport): string[] {
  const lines = metadata.map(
    (name) =>
      `${name} is a metadata field here, and was looked for there; what activities returned is temporal.${name}.`,
  );
  if (unseen === 0) return lines;
  const runs = unseen_more ? `${unseen.toLocaleString('en-US')} runs and more` : counted(unseen, 'run');
  return [
    ...lines,
    `${runs} could not be looked into and may pass as well: what the filter asks for was cut, masked or withheld there.`,
  ];
}
