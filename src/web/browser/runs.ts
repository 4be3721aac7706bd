/**
 * Keeps lists current: loads the same address again, adds new rows and updates statuses. Runs in a browser.
 * @module
 */
import { type Merged, mergeRows, signatureOf } from './rows.js';

/** The kinds of events that may change a list. */
const KINDS = ['start', 'stop', 'settled', 'execution', 'refusal'] as const;
/** The minimum time between two updates. */
const LEAST_MS = 2_000;
/** The interval if the server sends events, for what changes only with time. */
const EVERY_MS = 60_000;
/** The interval without events. */
const DISCONNECTED_MS = 4_000;
/** The interval after a failed update. */
const AFTER_FAULT_MS = 15_000;
/** Below this scroll position, rows inserted above would move the text under the reader. */
const TOP_PX = 160;

/** The list of the page, and its next update. */
class Live {
  readonly #list: HTMLElement;
  readonly #button = document.createElement('button');
  readonly #said = document.createElement('p');
  #asking = false;
  #timer = 0;
  #due_ms = Number.POSITIVE_INFINITY;
  #looked_ms = performance.now();
  #events: EventSource | undefined;
  /** True if an event arrived during an update. */
  #missed = false;

  constructor(list: HTMLElement) {
    this.#list = list;
    this.#button.type = 'button';
    this.#button.className = 'new-rows main';
    this.#button.hidden = true;
    this.#button.addEventListener('click', () => this.#toNewest());
    this.#said.className = 'unseen';
    this.#said.setAttribute('role', 'status');
    list.before(this.#button, this.#said);
    document.addEventListener('visibilitychange', () => this.#follow());
    addEventListener('pagehide', () => this.#events?.close());
    addEventListener('pageshow', ({ persisted }) => persisted && this.#follow());
    this.#follow();
  }

  /** Listens only while the page is visible, because a browser has few connections to one server. */
  #follow(): void {
    this.#events?.close();
    this.#events = undefined;
    clearTimeout(this.#timer);
    this.#due_ms = Number.POSITIVE_INFINITY;
    if (document.hidden) return;
    const parameters = new URLSearchParams({ kinds: KINDS.join(',') });
    const lab = new URLSearchParams(location.search).get('lab');
    if (lab !== null) parameters.set('lab', lab);
    this.#events = new EventSource(`/api/v1/events?${parameters}`);
    // Loads what was committed before the events started, or while they were interrupted.
    this.#events.addEventListener('open', () => this.#within(0));
    this.#events.addEventListener('error', () => this.#within(DISCONNECTED_MS));
    for (const kind of KINDS) this.#events.addEventListener(kind, () => this.#within(0));
  }

  /** Updates within this time, but not sooner than `LEAST_MS` after the last update. An earlier scheduled update stays. */
  #within(time_ms: number): void {
    const now_ms = performance.now();
    const due_ms = Math.max(now_ms + time_ms, this.#looked_ms + LEAST_MS);
    if (this.#asking) this.#missed = true;
    if (this.#asking || document.hidden || due_ms >= this.#due_ms) return;
    clearTimeout(this.#timer);
    this.#due_ms = due_ms;
    this.#timer = window.setTimeout(() => void this.#look(), due_ms - now_ms);
  }

  async #look(): Promise<void> {
    if (this.#asking) return;
    this.#asking = true;
    this.#missed = false;
    this.#due_ms = Number.POSITIVE_INFINITY;
    const connected = this.#events?.readyState === EventSource.OPEN;
    let next_ms = connected ? EVERY_MS : DISCONNECTED_MS;
    try {
      const response = await fetch(location.href, { headers: { accept: 'text/html' } });
      if (response.ok) this.#take(await response.text());
      else next_ms = AFTER_FAULT_MS;
    } catch {
      next_ms = AFTER_FAULT_MS;
    }
    this.#asking = false;
    this.#looked_ms = performance.now();
    this.#within(this.#missed ? 0 : next_ms);
  }

  #take(html: string): void {
    const page = new DOMParser().parseFromString(html, 'text/html');
    for (const part of document.querySelectorAll<HTMLElement>('[data-live]:not([data-live="list"])'))
      replaceChanged(part, page.querySelector(`[data-live="${part.dataset.live}"]`));
    const list = page.querySelector<HTMLElement>('[data-live="list"]');
    const [old, rows] = [this.#list.querySelector('tbody'), list?.querySelector('tbody')];
    if (!list) return;
    if (!old || !rows || headOf(this.#list) !== headOf(list)) replaceChanged(this.#list, list);
    else this.#showCounts(mergeRows(old, rows, this.#mayGrow()));
  }

  /** True if new rows may be inserted: the first page is at the top, and no text is selected. */
  #mayGrow(): boolean {
    const marked = getSelection();
    const reading = marked !== null && !marked.isCollapsed && this.#list.contains(marked.anchorNode);
    return scrollY < TOP_PX && !reading && !new URLSearchParams(location.search).has('after');
  }

  #showCounts({ added, waiting }: Merged): void {
    const words = (count: number) => `${count} new ${count === 1 ? 'row' : 'rows'}`;
    if (added > 0) this.#said.textContent = words(added);
    this.#button.hidden = waiting === 0;
    this.#button.textContent = words(waiting);
  }

  #toNewest(): void {
    const address = new URL(location.href);
    if (address.searchParams.has('after')) {
      address.searchParams.delete('after');
      location.href = address.href;
      return;
    }
    scrollTo({ top: 0 });
    clearTimeout(this.#timer);
    void this.#look();
  }
}

/** Returns the titles of the columns. */
function headOf(list: Element): string {
  return [...list.querySelectorAll('thead th')].map(({ textContent }) => textContent).join('\n');
}

function replaceChanged(part: HTMLElement, current: Element | null): void {
  if (!current || signatureOf(part) === signatureOf(current)) return;
  if (part.contains(document.activeElement)) return;
  part.replaceChildren(...[...current.childNodes].map((node) => document.importNode(node, true)));
}

for (const list of document.querySelectorAll<HTMLElement>('[data-live="list"]')) new Live(list);
