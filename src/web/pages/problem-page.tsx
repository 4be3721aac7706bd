/**
 * The page for a problem. Node only.
 * @module
 */

import { readableName } from '../../questions/lineage/node-words';
import type { Offer, Problem } from '../http/problem';
import { to } from '../links';
import { Empty } from '../parts/blocks';
import { Instead } from '../parts/search/instead';
import type { Shown } from './page';

const TITLES: Readonly<Record<number, string>> = {
  400: 'Invalid request',
  401: 'A token is required',
  403: 'Not allowed',
  404: 'Not found',
  405: 'Read-only',
  414: 'Too long',
  421: 'Unknown host name',
  429: 'Too many requests',
  503: 'Unavailable',
};

/** Returns the page of a problem, with its alternatives for the address `url`. */
export function problemPage(
  { status, code, detail, offers = [], candidates = [], instead }: Problem,
  url: URL,
): Shown {
  return {
    title: code === 'AMBIGUOUS' ? 'Which of these?' : (TITLES[status] ?? 'Failed'),
    body: (
      <Empty title={detail}>
        {offers.length > 0 && (
          <ul class="offers">
            {offers.map((offer) => (
              <li>
                <a href={addressOf(url, offer.parameters)}>{offer.words}</a>
              </li>
            ))}
          </ul>
        )}
        {candidates.length > 0 && <Candidates names={candidates} />}
        {instead && <Instead instead={instead} href={(where) => addressOf(url, { where })} />}
      </Empty>
    ),
  };
}

/** The records that match an ambiguous name, with links. */
function Candidates({ names }: { names: readonly string[] }) {
  return (
    <ul class="offers">
      {names.map((name) => (
        <li>
          <a href={to.go(name)}>{readableName(name)}</a>
        </li>
      ))}
    </ul>
  );
}

function addressOf(url: URL, parameters: Offer['parameters']): string {
  const query = new URLSearchParams(url.search);
  for (const [name, value] of Object.entries(parameters)) query.set(name, value);
  return `${url.pathname}?${query}`;
}
