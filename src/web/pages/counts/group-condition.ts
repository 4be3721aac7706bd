/**
 * The condition that the runs of a group pass. Node only.
 * @module
 */
import type { Literal } from '../../../filter/fields';
import { formatField, formatLiteral } from '../../../filter/format';
import { instant } from '../../../questions/words';

const DAY_S = 86_400;

/** By the name that runs are counted by. Times are those of the opening (UTC). */
export function conditionOf(name: string, value: Literal | null): string {
  const days = spanOf(name, String(value));
  if (days) return `time >= '${days.from}' AND time < '${days.to}'`;
  const field = formatField(name.split('.'));
  return value === null ? `${field} IS NULL` : `${field} = ${formatLiteral(value)}`;
}

/** First day of a span, and the first after it. */
function spanOf(name: string, text: string): { from: string; to: string } | undefined {
  if (name === 'day' || name === 'week') return { from: text, to: later(text, name === 'day' ? 1 : 7) };
  const [year = 0, month = 1] = text.split('-').map(Number);
  if (name === 'month') return { from: `${text}-01`, to: dayOf(Date.UTC(year, month, 1)) };
  if (name === 'year') return { from: `${text}-01-01`, to: `${year + 1}-01-01` };
  return undefined;
}

function later(day: string, days: number): string {
  return dayOf(Date.parse(`${day}T00:00:00Z`) + days * DAY_S * 1000);
}

function dayOf(ms: number): string {
  return instant(ms / 1000).slice(0, 10);
}
