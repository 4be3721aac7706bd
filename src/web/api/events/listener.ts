/**
 * The stream of one listener: first the missed events, then the new ones. Node only.
 * @module
 */
import { type Change, type ChangeKind, changePlace } from '../../../questions/changes';
import type { Labs } from '../../../questions/scope';
import { problemOf } from '../../http/problem';
import { problemDetails } from '../../http/problem-json';
import { EVENTS } from '../../limits';
import { HEARTBEAT, message, placeMessage, retryMessage } from './message';
import type { Order } from './order';

/** The request of a listener. */
export interface Wanted {
  /** Send the events after this id. */
  after: string;
  kinds?: readonly ChangeKind[];
  labs: Labs;
}

/** Yields the text of an endless stream. A listener that is too far behind gets an event about it, and continues from the end. */
export async function* textFor({ after, kinds, labs }: Wanted, order: Order): AsyncGenerator<string> {
  let place = after;
  yield retryMessage(EVENTS.reconnect_ms);
  for (;;) {
    const step = await next(place, labs, order);
    place = step.place;
    const text =
      step.text ??
      textOf(
        step.items.filter(({ kind }) => kinds?.includes(kind) ?? true),
        place,
      );
    if (text !== '') yield text;
    if (step.pause_ms !== undefined)
      await new Promise((resolve) => setTimeout(resolve, step.pause_ms).unref());
    else if (step.done && !(await order.beyond(stateOf(place), EVENTS.heartbeat_ms))) yield HEARTBEAT;
  }
}

interface Step {
  place: string;
  items: readonly Change[];
  /** The text to send instead of items. */
  text?: string;
  /** True if there is nothing more now. */
  done?: boolean;
  pause_ms?: number;
}

async function next(place: string, labs: Labs, order: Order): Promise<Step> {
  try {
    const end = await order.end();
    if (end - stateOf(place) > EVENTS.most_behind) return skipped(place, String(end));
    const { items, next: reached, done } = await order.part(place, labs);
    return { place: reached, items, done };
  } catch (error) {
    return {
      place,
      items: [],
      text: message('trouble', problemDetails(problemOf(error))),
      pause_ms: EVENTS.pause_ms,
    };
  }
}

function skipped(after: string, id: string): Step {
  const detail = `More than ${EVENTS.most_behind} transactions were missed. /api/v1/changes?after=${after} returns them; this stream continues from ${id}.`;
  return { place: id, items: [], text: message('skipped', { after, id, detail }, id) };
}

/** Sends the position with the last event, or alone if no event matched. */
function textOf(items: readonly Change[], place: string): string {
  const events = items.map((item) => message(item.kind, item, item.id)).join('');
  const included = items.at(-1)?.id === place;
  return included || place === '0' ? events : events + placeMessage(place);
}

function stateOf(place: string): number {
  return changePlace(place)!.state_id;
}
