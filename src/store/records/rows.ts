/**
 * The kinds of records that are one row each, and their rows. Other kinds write several rows, or use their own statement for
 * speed; the writers of each database implement them.
 * @module
 */
import type { WriteRecord } from '../interface/written';
import { lossRow, refusalRow } from './capture';
import { documentKind, documentRow } from './document-rows';
import { environmentRow, sessionRow } from './environment';
import { contextRow, decisionRow, executionRow } from './execution';
import { checkpointRow } from './progress';
import type { TableRow } from './table-row';

/** Kinds that write more than one row, or use their own statement. */
type Apart = 'open' | 'stop' | 'settled' | 'execution-close' | 'log' | 'resolution' | 'answered';
/** A kind of record that is one row. */
export type RowKind = Exclude<WriteRecord['kind'], Apart>;

const ROWS: {
  readonly [kind in RowKind]: (record: Extract<WriteRecord, { kind: kind }>) => TableRow | undefined;
} = {
  execution: ({ start }) => executionRow(start),
  context: contextRow,
  environment: ({ environment }) => environmentRow(environment),
  session: ({ session }) => sessionRow(session),
  refusal: refusalRow,
  loss: lossRow,
  decision: ({ decision }) => decisionRow(decision),
  checkpoint: ({ checkpoint }) => checkpointRow(checkpoint),
  document({ of, document }) {
    const kind = documentKind(of);
    return kind && documentRow(kind, document);
  },
};

/** Returns the row of a record. Undefined for a kind that this release does not know, or that is more than one row. */
export function rowOfRecord(record: WriteRecord): TableRow | undefined {
  const row = ROWS[record.kind as RowKind] as ((record: WriteRecord) => TableRow | undefined) | undefined;
  return row?.(record);
}

/** Returns why a record of an unknown kind is not written. */
export function unknownKind(record: WriteRecord): string {
  const name = record.kind === 'document' ? record.of : record.kind;
  return `records of kind '${name}' are not known to this release`;
}
