/**
 * Keeps a page current: fetches it again, and puts in what has changed. Runs in a browser. An element says so by `data-live="5"`
 * (seconds); when the page that comes has it no more, there is nothing left to wait for. A part with `data-keep` stays as it is while
 * the reader uses it. Tells of what it put in by the event `renewed` of the document.
 * @module
 */

const MOST_PAUSE_S = 60;

let pause_s = seconds();
let failures = 0;
schedule();

function seconds(): number {
  return Number(live()?.dataset.live ?? 0);
}

function live(): HTMLElement | null {
  return document.querySelector<HTMLElement>('[data-live]');
}

function schedule(): void {
  if (pause_s > 0) setTimeout(renew, Math.min(MOST_PAUSE_S, pause_s * 2 ** failures) * 1000);
}

async function renew(): Promise<void> {
  // Nobody looks: wait for the next turn.
  if (document.hidden) return schedule();
  try {
    const response = await fetch(location.href, { headers: { accept: 'text/html' } });
    if (!response.ok) throw new Error(String(response.status));
    const next = new DOMParser().parseFromString(await response.text(), 'text/html');
    failures = 0;
    replace(next);
  } catch {
    failures++;
  }
  schedule();
}

/** Parts with an id are replaced where they differ; without the mark that it is live, the page is final. */
function replace(next: Document): void {
  const before = live();
  const renewed =
    next.querySelector<HTMLElement>('[data-live]') ?? next.querySelector<HTMLElement>('.execution');
  if (!before || !renewed) return;
  if (renewed.dataset.live === undefined) {
    delete before.dataset.live;
    pause_s = 0;
  }
  const parts = [...before.children];
  const later = [...renewed.children];
  const same = parts.length === later.length && parts.every((part, i) => part.id === later[i]!.id);
  if (!same && !isUsed(before)) before.replaceChildren(...later);
  if (same) for (const [i, part] of parts.entries()) putIn(part, later[i]!);
  document.dispatchEvent(new Event('renewed'));
}

function putIn(part: Element, later: Element): void {
  if (part.isEqualNode(later) || isUsed(part)) return;
  const open = [...part.querySelectorAll('details[open] > summary')].map(({ textContent }) => textContent);
  for (const details of later.querySelectorAll('details'))
    if (open.includes(details.querySelector('summary')?.textContent ?? '')) details.open = true;
  part.replaceWith(later);
}

/** The reader has the focus, a selection or a scrolled list in it. */
function isUsed(part: Element): boolean {
  const selection = getSelection();
  const selects = selection !== null && !selection.isCollapsed && selection.anchorNode !== null;
  if (selects && part.contains(selection.anchorNode)) return true;
  const focused = document.activeElement;
  const writes = focused instanceof HTMLInputElement || focused instanceof HTMLSelectElement;
  if (writes && part.contains(focused)) return true;
  return [...part.querySelectorAll('.tl-scroll')].some(({ scrollTop }) => scrollTop > 0);
}
