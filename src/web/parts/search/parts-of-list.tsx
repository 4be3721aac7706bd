/**
 * Links to the other pages of a list. Node only.
 * @module
 */
import type { View } from './view';

/** Links to the first and to the next page. */
export function Parts(given: { view: View; after?: string; next?: string; limit: number; empty: boolean }) {
  const { view, after, next, limit, empty } = given;
  return (
    <nav class="parts" aria-label="Parts of the list">
      {after !== undefined && <a href={view.with({})}>Back to the beginning</a>}
      {next && (
        <a href={view.with({ after: next })} rel="next">
          Next {limit}
        </a>
      )}
      {empty && <span>The list ends here.</span>}
    </nav>
  );
}
