/**
 * Lists that stay current: new rows appear and states change, by the server's own HTML of the same address. Runs in a browser.
 * @module
 */
import { type Merged, mergeRows, signatureOf } from './rows.js';

/** Between two looks. */
const EVERY_MS = 4_000;
/** After a look that failed. */
const AFTER_FAULT_MS = 15_000;
/** Further down, rows that are put in above would push away what is read. */
const TOP_PX = 160;

/** The list of the page, and when it is looked at again. */
class Live {
  readonly #list: HTMLElement;
  readonly #button = document.createElement('button');
  readonly #said = document.createElement('p');
  #asking = false;
  #timer = 0;

  constructor(list: HTMLElement) {
    this.#list = list;
    this.#button.type = 'button';
    this.#button.className = 'new-rows main';
    this.#button.hidden = true;
    this.#button.addEventListener('click', () => this.#toNewest());
    this.#said.className = 'unseen';
    this.#said.setAttribute('role', 'status');
    list.before(this.#button, this.#said);
    document.addEventListener('visibilitychange', () => this.#again(0));
    this.#again(EVERY_MS);
  }

  /** Only while somebody can see it. */
  #again(after_ms: number): void {
    clearTimeout(this.#timer);
    if (document.hidden) return;
    this.#timer = window.setTimeout(() => void this.#look(), after_ms);
  }

  async #look(): Promise<void> {
    if (this.#asking) return;
    this.#asking = true;
    let next_ms = EVERY_MS;
    try {
      const response = await fetch(location.href, { headers: { accept: 'text/html' } });
      if (response.ok) this.#take(await response.text());
      else next_ms = AFTER_FAULT_MS;
    } catch {
      next_ms = AFTER_FAULT_MS;
    }
    this.#asking = false;
    this.#again(next_ms);
  }

  #take(html: string): void {
    const page = new DOMParser().parseFromString(html, 'text/html');
    for (const part of document.querySelectorAll<HTMLElement>('[data-live]:not([data-live="list"])'))
      replaceChanged(part, page.querySelector(`[data-live="${part.dataset.live}"]`));
    const list = page.querySelector<HTMLElement>('[data-live="list"]');
    const [old, rows] = [this.#list.querySelector('tbody'), list?.querySelector('tbody')];
    if (!list) return;
    if (!old || !rows) replaceChanged(this.#list, list);
    else this.#tell(mergeRows(old, rows, this.#mayGrow()));
  }

  /** New rows go in where nobody is disturbed: at the top, with no text marked, on the first part of the list. */
  #mayGrow(): boolean {
    const marked = getSelection();
    const reading = marked !== null && !marked.isCollapsed && this.#list.contains(marked.anchorNode);
    return scrollY < TOP_PX && !reading && !new URLSearchParams(location.search).has('after');
  }

  #tell({ added, waiting }: Merged): void {
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

function replaceChanged(part: HTMLElement, current: Element | null): void {
  if (!current || signatureOf(part) === signatureOf(current)) return;
  if (part.contains(document.activeElement)) return;
  part.replaceChildren(...[...current.childNodes].map((node) => document.importNode(node, true)));
}

for (const list of document.querySelectorAll<HTMLElement>('[data-live="list"]')) new Live(list);
