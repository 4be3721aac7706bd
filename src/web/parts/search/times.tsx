/**
 * The menu of times: today, the last days, or a range of days. Node only.
 * @module
 */
import { conjunctsOf, replacingField } from '../../../filter/conjuncts';
import type { FieldCatalogue } from '../../../filter/fields';
import { instant } from '../../../questions/words';
import { Kept } from './search-box';
import type { View } from './view';

/** The time field of a list. */
interface TimesGiven {
  view: View;
  where: string;
  /** `time` or `start_time`. */
  field: string;
  catalogue: FieldCatalogue;
}

/** The menu of times. */
export function Times({ view, where, field, catalogue }: TimesGiven) {
  const { conditions } = conjunctsOf(where);
  const today = instant(Date.now() / 1000).slice(0, 10);
  const presets = [
    ['Today (UTC)', `${field} >= '${today}'`],
    ['Last 24 hours', `${field} > '24h'`],
    ['Last 7 days', `${field} > '7d'`],
    ['Last 30 days', `${field} > '30d'`],
  ] as const;
  return (
    <details class="menu" name="menu">
      <summary class="button">Time</summary>
      <div>
        <ul>
          {presets.map(([title, condition]) => {
            const chosen = conditions.includes(condition);
            const changed = replacingField(where, field, chosen ? '' : condition, catalogue);
            return (
              <li>
                <a href={view.with({ where: changed })} aria-current={chosen ? 'true' : undefined}>
                  {title}
                </a>
              </li>
            );
          })}
        </ul>
        <form method="get" action={view.path}>
          <Kept view={view} but={[]} />
          <label>
            From <input type="date" name="from" />
          </label>
          <label>
            To <input type="date" name="to" />
          </label>
          <button type="submit">Show</button>
        </form>
      </div>
    </details>
  );
}

/** Returns the filter with the days of the form (inclusive), which replace other time conditions. */
export function withDays(
  where: string,
  { from, to }: { from?: string; to?: string },
  { field, catalogue }: Pick<TimesGiven, 'field' | 'catalogue'>,
): string {
  const conditions: string[] = [];
  if (from) conditions.push(`${field} >= '${from}'`);
  if (to) conditions.push(`${field} < '${dayAfter(to)}'`);
  if (conditions.length === 0) return where;
  const others = replacingField(where, field, '', catalogue);
  const { conditions: kept, order } = conjunctsOf(others);
  return [[...kept, ...conditions].join(' AND '), order && `ORDER BY ${order}`].filter(Boolean).join(' ');
}

function dayAfter(day: string): string {
  return instant(Date.parse(`${day}T00:00:00Z`) / 1000 + 86_400).slice(0, 10);
}
