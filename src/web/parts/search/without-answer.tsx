/**
 * The page of a list without an answer: the filter with its error, suggestions, and the help on filters. Node only.
 * @module
 */
import { problemOf } from '../../http/problem';
import { to } from '../../links';
import type { Visit } from '../../pages/page';
import { meant } from '../../questions/lists/meant';
import { Unanswered } from '../../reading/readers';
import { Notice } from '../blocks';
import { FilterHelp } from './filter-help';
import { Instead } from './instead';
import { type FilterFault, SearchBox } from './search-box';
import type { View } from './view';

/** An error that the page of the list can show. */
export interface ListFault {
  fault: FilterFault;
  status: 400 | 503;
}

/** @throws the error if it is not about the filter */
export function faultOf(error: unknown): ListFault {
  if (!(error instanceof Unanswered)) throw error;
  const { status, code, detail, position, instead } = problemOf(error);
  if (code !== 'FILTER_INVALID' && code !== 'TIME_LIMIT') throw error;
  return { fault: { detail, position, instead }, status: status === 503 ? 503 : 400 };
}

/** Words without an operator: somebody looks for a thing by its name. */
const PLAIN = /^[^=<>!()]{1,200}$/;

/** The page shown instead of the list. */
export async function withoutAnswer(given: {
  of: 'runs' | 'executions';
  view: View;
  where: string;
  fault: FilterFault;
  visit: Visit;
}) {
  const { of, view, where, fault, visit } = given;
  const { filters } = PLAIN.test(where) ? await visit.ask(meant, { word: where }) : { filters: [] };
  return (
    <>
      <SearchBox view={view} where={where} of={of} fault={fault} />
      {PLAIN.test(where) && <DidYouMean word={where.trim()} filters={filters} />}
      {fault.instead && <Instead instead={fault.instead} href={(where) => view.with({ where })} />}
      <FilterHelp of={of} view={view} open />
    </>
  );
}

function DidYouMean({ word, filters }: { word: string; filters: readonly string[] }) {
  return (
    <Notice title="Did you mean">
      <ul>
        {filters.map((where) => (
          <li>
            <a href={to.runs({ where })}>
              <code>{where}</code>
            </a>
          </li>
        ))}
        <li>
          <a href={to.go(word)}>
            what is called <code>{word}</code>
          </a>
          : a run, an execution, data
        </li>
      </ul>
    </Notice>
  );
}
