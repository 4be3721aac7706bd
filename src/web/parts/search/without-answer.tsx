/**
 * What is shown where a list has no answer: the filter with what is wrong, what was probably meant, and how filters are written. Node
 * only.
 * @module
 */
import { ProvenanceError } from '../../../errors';
import { problemOf } from '../../http/problem';
import { Unanswered } from '../../reading/readers';
import { FilterHelp } from './filter-help';
import { type FilterFault, SearchBox } from './search-box';
import type { View } from './view';

/** Why a list has no answer, where its own page can say so. */
export interface ListFault {
  fault: FilterFault;
  status: 400 | 503;
}

/** @throws the error where it is not about the filter */
export function faultOf(error: unknown): ListFault {
  if (!(error instanceof Unanswered)) throw error;
  const { status, code, detail, position } = problemOf(error);
  if (code !== 'FILTER_INVALID' && code !== 'TIME_LIMIT') throw error;
  return { fault: { detail, position }, status: status === 503 ? 503 : 400 };
}

/** The same of an error that the page itself met. */
export function ownFault(error: unknown): ListFault {
  if (!ProvenanceError.is(error) || error.code !== 'FILTER_INVALID') throw error;
  const { message, position } = error as ProvenanceError & { position?: number };
  return { fault: { detail: message, position }, status: 400 };
}

/** The page in place of the list. */
export function WithoutAnswer(given: {
  of: 'runs' | 'executions';
  view: View;
  where: string;
  fault: FilterFault;
}) {
  const { of, view, where, fault } = given;
  return (
    <>
      <SearchBox view={view} where={where} of={of} fault={fault} />
      <FilterHelp of={of} view={view} open />
    </>
  );
}
