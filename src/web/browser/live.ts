/**
 * Keeps a page current: loads it again, and replaces the changed parts. Runs in a browser. An element with `data-live="5"` sets the
 * interval in seconds; when the new page has no such element, the updates stop. The event `renewed` of the document reports
 * replaced parts.
 * @module
 */
import { pageAt, swap } from './swapping.js';

/** The maximum interval; the interval grows while the page is unavailable. */
const MOST_PAUSE_S = 60;

/** The parts as last loaded. The shown page cannot be compared, because scripts change it. */
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
  // A hidden page is not updated.
  if (document.hidden) return again();
  const next = await pageAt(location.href);
  failures = next ? 0 : failures + 1;
  if (next) putIn(next);
  again();
}

/** The first load only stores the parts. The last one, when the execution has closed, replaces all. */
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

/** Replaces the part with the same id, or inserts the new one at its place. */
function place(before: HTMLElement, part: Element, later: HTMLElement): void {
  const old = document.getElementById(part.id);
  if (old) {
    if (!isUsed(old)) swap(old, part);
    return;
  }
  const at = [...later.children].indexOf(part);
  before.insertBefore(document.importNode(part, true), before.children[at] ?? null);
}

/** True if the part has the focus, a selection or a scrolled list. */
function isUsed(part: Element): boolean {
  const selection = getSelection();
  const selects = selection !== null && !selection.isCollapsed && selection.anchorNode !== null;
  if (selects && part.contains(selection.anchorNode)) return true;
  if (part.contains(document.activeElement)) return true;
  return [...part.querySelectorAll('.tl-scroll')].some(({ scrollTop }) => scrollTop > 0);
}

if (live(document)) void renew();
