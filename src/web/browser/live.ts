/**
 * Keeps a page current: reads it again, and puts in the parts that have changed. Runs in a browser. An element says so by
 * `data-live="5"` (seconds); where the page that comes has it no more, there is nothing left to wait for. Tells of what it put in by
 * the event `renewed` of the document.
 * @module
 */
import { pageAt, swap } from './swapping.js';

/** A page that can't be had is asked for less and less often. */
const MOST_PAUSE_S = 60;

/** Parts as they were when they were read last: scripts change what is shown, so the page itself is no measure. */
const read = new Map<string, string>();
let failures = 0;

function live(page: Document): HTMLElement | null {
  return page.querySelector<HTMLElement>('[data-live]');
}

function again(): void {
  const seconds = Number(live(document)?.dataset.live ?? 0);
  if (seconds > 0) setTimeout(renew, Math.min(MOST_PAUSE_S, seconds * 2 ** failures) * 1000);
}

async function renew(): Promise<void> {
  // Nobody looks: wait for the next turn.
  if (document.hidden) return again();
  const next = await pageAt(location.href);
  failures = next ? 0 : failures + 1;
  if (next) putIn(next);
  again();
}

/** The first reading is what is there already. The last one, when it has closed, is put in whole. */
function putIn(next: Document): void {
  const before = live(document);
  const later = live(next) ?? next.querySelector<HTMLElement>('.execution');
  if (!before || !later) return;
  const closed = later.dataset.live === undefined;
  if (closed) delete before.dataset.live;
  const fresh = [...later.children].filter(({ id, outerHTML }) => isNew(id, outerHTML, closed));
  for (const part of fresh) place(before, part, later);
  for (const part of [...before.children]) if (!later.querySelector(`#${CSS.escape(part.id)}`)) part.remove();
  if (fresh.length > 0) document.dispatchEvent(new Event('renewed'));
}

function isNew(id: string, html: string, closed: boolean): boolean {
  const known = read.get(id);
  const first = read.size === 0 || (known === undefined && document.getElementById(id) !== null);
  read.set(id, html);
  return closed || (!first && known !== html);
}

/** In the place of the part with its id, else where the page that came has it. */
function place(before: HTMLElement, part: Element, later: HTMLElement): void {
  const old = document.getElementById(part.id);
  if (old) {
    if (!isUsed(old)) swap(old, part);
    return;
  }
  const at = [...later.children].indexOf(part);
  before.insertBefore(document.importNode(part, true), before.children[at] ?? null);
}

/** The reader has the focus, a selection or a scrolled list in it. */
function isUsed(part: Element): boolean {
  const selection = getSelection();
  const selects = selection !== null && !selection.isCollapsed && selection.anchorNode !== null;
  if (selects && part.contains(selection.anchorNode)) return true;
  if (part.contains(document.activeElement)) return true;
  return [...part.querySelectorAll('.tl-scroll')].some(({ scrollTop }) => scrollTop > 0);
}

if (live(document)) void renew();
