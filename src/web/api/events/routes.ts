/**
 * Events of the API: documents as they are committed. Node only.
 *
 * This folder owns the stream of events, and the limit on listeners.
 * @module
 */
import type { Context, Hono } from 'hono';
import { z } from 'zod';
import { changePlace } from '../../../questions/changes';
import { Refusal } from '../../http/problem';
import type { SiteEnv } from '../../http/visitor';
import { EVENTS } from '../../limits';
import { kinds, place } from '../../questions/changes';
import type { Answering } from '../../reading/readers';
import type { Address } from '../address';
import { textFor } from './listener';
import { Order } from './order';
import { streamOf } from './stream';

/** Parameters of `/events`. */
export const eventsInput = z.strictObject({
  after: place
    .optional()
    .describe(
      'Id of an event: send what followed it. `0` sends everything. Without it, only new events are sent.',
    ),
  kinds,
});

const HEADERS = {
  'Content-Type': 'text/event-stream',
  'Cache-Control': 'no-store',
  'X-Accel-Buffering': 'no',
};

/** Adds `/api/v1/events`. */
export function addEvents(app: Hono<SiteEnv>, answering: Answering, address: Address): void {
  const order = new Order(answering);
  let listeners = 0;
  app.get('/api/v1/events', async (context) => {
    const labs = await address.labs(context);
    const { after, kinds } = address.input(context, eventsInput, lastEventId(context));
    const end = await order.end();
    if (after !== undefined && changePlace(after)!.state_id > end) throw beyondEnd(after, end);
    if (context.req.method === 'HEAD') return context.body(null, 200, HEADERS);
    if (listeners >= EVENTS.listeners) throw tooMany();
    listeners++;
    const text = textFor({ after: after ?? String(end), kinds, labs }, order);
    return context.body(
      streamOf(text, () => listeners--),
      200,
      HEADERS,
    );
  });
}

/** Returns the last event id of a browser that reconnects. Its address is still the first one. */
function lastEventId({ req }: Context<SiteEnv>): { after?: string } {
  const after = req.header('last-event-id');
  return after === undefined || after === '' ? {} : { after };
}

function beyondEnd(after: string, end: number): Refusal {
  const detail = `The store is at ${end} and does not have ${after}: it may be another store, or an older copy. Start again without \`after\`.`;
  return new Refusal({ status: 410, code: 'CURSOR_GONE', detail, parameter: 'after' });
}

function tooMany(): Refusal {
  const detail = `The limit of ${EVENTS.listeners} listeners is reached. Poll /api/v1/changes, or try again later.`;
  return new Refusal({ status: 503, code: 'BUSY', detail, retry_after_s: EVENTS.heartbeat_ms / 1000 });
}
