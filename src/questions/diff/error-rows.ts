/**
 * Compares the errors of two sides: as thrown, and their innermost causes. Pure. Node only.
 * @module
 */
import type { RecordedError } from '../../model/documents';
import type { DiffRow } from './answer';
import { valueRows } from './part';

/** The error of one side, or why it is not known. */
export interface ErrorValue {
  error?: RecordedError | undefined;
  unknown?: string;
}

/** Type and message of each error, and of the innermost cause if there is one. */
export function errorRows(a: ErrorValue, b: ErrorValue): DiffRow[] {
  const [one, two] = [a, b].map(({ error }) => error && causeOf(error));
  const of = (name: string, left: RecordedError | undefined, right: RecordedError | undefined) =>
    (['type', 'message'] as const).flatMap((field) =>
      valueRows(
        `${name}.${field}`,
        { value: left?.[field], unknown: a.unknown },
        { value: right?.[field], unknown: b.unknown },
      ),
    );
  const causes = one || two ? of('cause', one, two) : [];
  return a.unknown !== undefined && b.unknown !== undefined
    ? []
    : [...of('error', a.error, b.error), ...causes];
}

/** The innermost cause; undefined if the error has none. */
function causeOf({ cause }: RecordedError): RecordedError | undefined {
  return cause && (causeOf(cause) ?? cause);
}
