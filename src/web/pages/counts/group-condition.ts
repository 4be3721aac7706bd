/**
 * The filter condition of a group. Node only.
 * @module
 */
import type { Literal } from '../../../filter/fields';
import { formatField, formatLiteral } from '../../../filter/format';
import { tokenize } from '../../../filter/tokens';
import { instant } from '../../../questions/words';

const DAY_S = 86_400;
/** The length of the prefix by which long texts are counted. */
const INDEXED_CHARACTERS = 160;

/** Returns the condition for a counted name. Times are start times (UTC). */
export function conditionOf(name: string, value: Literal | null): string {
  const days = spanOf(name, String(value));
  if (days) return `time >= '${days.from}' AND time < '${days.to}'`;
  const field = fieldOf(name);
  if (value === null) return `${field} IS NULL`;
  if (name === 'status') return statusCondition(String(value));
  if (typeof value === 'string' && isCut(value))
    return `${field} STARTS_WITH ${formatLiteral(value.slice(0, -1))}`;
  return `${field} = ${formatLiteral(value)}`;
}

/** Returns the name as a filter needs it: with backquotes if it has a space. */
function fieldOf(name: string): string {
  try {
    const [token, end] = tokenize(name);
    if (token?.kind === 'name' && end?.kind === 'end') return name;
  } catch {
    // Already quoted.
  }
  return formatField(name.split('.'));
}

/** True for a long text, which is counted by its prefix and ends with a mark. */
function isCut(value: string): boolean {
  return value.length > INDEXED_CHARACTERS - 2 && value.endsWith('…');
}

/** Returns the condition of a status. Retried attempts are distinguished by their ends, for which a filter has no single word. */
function statusCondition(status: string): string {
  const retried = `outcome = 'superseded'`;
  if (status === 'retried') return `${retried} AND (exit_status = 'success' OR exit_status IS NULL)`;
  if (status === 'failed, retried') return `${retried} AND exit_status = 'fail'`;
  if (status === 'aborted, retried') return `${retried} AND exit_status = 'abort'`;
  return `status = ${formatLiteral(status)}`;
}

/** Returns the first day of a span, and the first day after it. */
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
