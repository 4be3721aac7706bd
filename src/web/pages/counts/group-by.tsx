/**
 * The choice of the fields by which runs are counted. Node only.
 * @module
 */
import { Kept } from '../../parts/search/search-box';
import type { View } from '../../parts/search/view';

const FREQUENT = [
  ...['day', 'week', 'month', 'status', 'operator', 'plan_name', 'activity_type', 'sample', 'code'],
  ...['operator,month', 'plan_name,status'],
] as const;

/** Links and a form. */
export function GroupBy({ view, by }: { view: View; by: readonly string[] }) {
  return (
    <div class="list-tools">
      <span>By</span>
      <ul class="chips">
        {FREQUENT.map((names) => (
          <li>
            <a
              class="chip"
              href={view.with({ by: names })}
              aria-current={names === by.join(',') ? 'true' : undefined}
            >
              {names.replace(',', ' and ')}
            </a>
          </li>
        ))}
      </ul>
      <form method="get" action={view.path} class="group-by">
        <Kept view={view} but={['by']} />
        <label for="by" class="unseen">
          Fields, separated by commas
        </label>
        <input id="by" name="by" value={by.join(',')} placeholder="sample.name,week" spellcheck={false} />
        <button type="submit">Count</button>
      </form>
    </div>
  );
}
