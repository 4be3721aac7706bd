/**
 * Listens to events as a browser does: by id, going on after the last one. For tests.
 * @module
 */

/** An event. */
export interface Heard {
  id: string;
  event: string;
  data: { id: string; kind: string; lab?: string; document: Record<string, unknown>; detail?: string };
}

/** What a listener has heard. */
export interface Listener {
  readonly heard: Heard[];
  /** Its last event, or place that it was told. */
  lastId: string | undefined;
  /** Comments that came. */
  comments: number;
  /** Waits until so many events are heard, and ends. */
  until(count: number): Promise<void>;
  close(): Promise<void>;
}

/** Connects. @throws (rejects) where the answer is no stream */
export async function listen(url: string, lastId?: string): Promise<Listener> {
  const ending = new AbortController();
  const headers = lastId === undefined ? undefined : { 'Last-Event-ID': lastId };
  const response = await fetch(url, { headers, signal: ending.signal });
  if (!response.ok) throw new Error(await response.text());
  const listener: Listener = {
    heard: [],
    lastId,
    comments: 0,
    async until(count) {
      while (listener.heard.length < count) await new Promise((resolve) => setTimeout(resolve, 10));
    },
    async close() {
      ending.abort();
      await reading;
    },
  };
  const reading = read(response, listener).catch(() => undefined);
  return listener;
}

async function read(response: Response, listener: Listener): Promise<void> {
  let text = '';
  const decoder = new TextDecoder();
  for await (const bytes of response.body!) {
    text += decoder.decode(bytes, { stream: true });
    const blocks = text.split('\n\n');
    text = blocks.pop()!;
    for (const block of blocks) take(block, listener);
  }
}

function take(block: string, listener: Listener): void {
  if (block.startsWith(':')) listener.comments++;
  const fields = new Map(
    block.split('\n').map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]),
  );
  listener.lastId = fields.get('id') ?? listener.lastId;
  const [event, data] = [fields.get('event'), fields.get('data')];
  if (event !== undefined && data !== undefined)
    listener.heard.push({ id: fields.get('id') ?? '', event, data: JSON.parse(data) });
}
