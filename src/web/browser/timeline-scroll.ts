/**
 * The rows of a long timeline: the list has its full height, but only visible rows are drawn. Rows are loaded from the API in
 * pages, each once. Runs in a browser.
 * @module
 */
import { type AxisPart, drawRow, type TimelineRow } from './timeline-row.js';

/** The number of rows drawn above and below the visible ones. */
const SPARE = 10;
/** The maximum number of concurrent requests. */
const ASKED = 2;

/** Takes over a chart with more rows than the page has. */
export function scrollRows(chart: HTMLElement): void {
  const { total, part, opened } = chart.dataset;
  const list = chart.querySelector<HTMLOListElement>('.tl-rows');
  const body = chart.querySelector<HTMLElement>('.tl-body');
  if (!list || !body || opened || Number(total) <= Number(part)) return;
  new Scroll(chart, body, list).start();
}

class Scroll {
  readonly #chart: HTMLElement;
  readonly #body: HTMLElement;
  readonly #list: HTMLOListElement;
  readonly #axis: AxisPart[];
  readonly #total: number;
  readonly #part: number;
  readonly #height_px: number;
  readonly #rows = new Map<number, TimelineRow>();
  readonly #drawn = new Map<number, HTMLLIElement>();
  readonly #requested = new Set<number>();
  #box!: HTMLElement;
  #waiting = false;

  constructor(chart: HTMLElement, body: HTMLElement, list: HTMLOListElement) {
    this.#chart = chart;
    this.#body = body;
    this.#list = list;
    this.#axis = JSON.parse(chart.dataset.axis ?? '[]');
    this.#total = Number(chart.dataset.total);
    this.#part = Number(chart.dataset.part);
    this.#height_px = list.firstElementChild?.getBoundingClientRect().height || 28;
  }

  start(): void {
    const skipped = Number(this.#chart.dataset.skipped);
    this.#box = document.createElement('div');
    this.#box.className = 'tl-scroll';
    this.#box.tabIndex = 0;
    this.#box.setAttribute('role', 'region');
    this.#box.setAttribute('aria-label', 'Rows of the timeline');
    this.#body.replaceWith(this.#box);
    this.#box.append(this.#body);
    this.#chart.parentElement?.querySelector('.tl-parts')?.remove();
    this.#list.replaceChildren();
    this.#list.style.height = `${this.#total * this.#height_px}px`;
    this.#box.addEventListener('scroll', () => this.#later(), { passive: true });
    this.#box.scrollTop = skipped * this.#height_px;
    this.#draw();
  }

  /** Draws once for several changes. It does not use animation frames, which hidden pages do not have. */
  #later(): void {
    if (this.#waiting) return;
    this.#waiting = true;
    queueMicrotask(() => {
      this.#waiting = false;
      this.#draw();
    });
  }

  #seen(): [first: number, last: number] {
    const { scrollTop, clientHeight } = this.#box;
    const first = Math.floor(scrollTop / this.#height_px) - SPARE;
    const last = Math.ceil((scrollTop + clientHeight) / this.#height_px) + SPARE;
    return [Math.max(0, first), Math.min(this.#total - 1, last)];
  }

  #draw(): void {
    const [first, last] = this.#seen();
    for (const [index, item] of this.#drawn) {
      if (index >= first && index <= last) continue;
      item.remove();
      this.#drawn.delete(index);
    }
    for (let index = first; index <= last; index++) {
      const row = this.#rows.get(index);
      if (row && !this.#drawn.has(index)) this.#add(index, row);
    }
    this.#ask(first, last);
  }

  #add(index: number, row: TimelineRow): void {
    const item = drawRow(row, this.#axis, this.#toggle(index, row));
    item.style.transform = `translateY(${index * this.#height_px}px)`;
    item.ariaPosInSet = String(index + 1);
    item.ariaSetSize = String(this.#total);
    this.#drawn.set(index, item);
    this.#list.append(item);
  }

  /** Returns the address of the page that shows the activities of a child below it. */
  #toggle(index: number, row: TimelineRow): string | undefined {
    if (!('run_id' in row) || row.activities + row.children === 0) return undefined;
    const url = new URL(location.href);
    url.searchParams.set('open', row.run_id);
    url.searchParams.set('skip', String(index - (index % this.#part)));
    url.hash = 'timeline';
    return url.href;
  }

  #ask(first: number, last: number): void {
    for (let at = first - (first % this.#part); at <= last; at += this.#part)
      if (!this.#rows.has(at) && !this.#requested.has(at) && this.#requested.size < ASKED)
        void this.#fetch(at);
  }

  async #fetch(skip: number): Promise<void> {
    this.#requested.add(skip);
    try {
      const url = new URL(this.#chart.dataset.rows ?? '', location.href);
      url.searchParams.set('skip', String(skip));
      url.searchParams.set('limit', String(this.#part));
      const response = await fetch(url);
      if (!response.ok) throw new Error(String(response.status));
      const { rows } = (await response.json()) as { rows: TimelineRow[] };
      for (const [index, row] of rows.entries()) this.#rows.set(skip + index, row);
    } catch {
      // It is requested again when the reader scrolls.
      await new Promise((resolve) => setTimeout(resolve, 1_000));
    }
    this.#requested.delete(skip);
    this.#draw();
  }
}
