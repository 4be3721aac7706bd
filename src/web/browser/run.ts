/**
 * On the page of a run: an open run is kept current, and its log is searched as one types. Runs in a browser.
 * @module
 */
import { pageAt, swap } from './swapping.js';

/** An open run is looked at so often: a checkpoint comes every few seconds at most. */
const EVERY_MS = 4_000;
/** Typing is over when nothing was typed for so long. */
const TYPED_MS = 250;

/** Sections of the page as they were when they were read last. */
const read = new Map<string, string>();

async function refresh(): Promise<void> {
  if (document.hidden) return again();
  const fresh = await pageAt(location.href);
  const live = fresh?.querySelector('[data-live="run"]');
  const ended = fresh !== undefined && !live;
  if (fresh) for (const part of partsOf(fresh)) renew(part, ended);
  if (ended) document.querySelector('[data-live="run"]')?.removeAttribute('data-live');
  else again();
}

function again(): void {
  setTimeout(() => void refresh(), EVERY_MS);
}

/** The head, and sections by their ids. */
function partsOf(page: Document): Element[] {
  return [...page.querySelectorAll('.run-head, .run section[id]')];
}

/** What was read first is what is there: only what differs from it later is put in its place. */
function renew(part: Element, ended: boolean): void {
  const name = part.id || part.className;
  const known = read.get(name);
  read.set(name, part.outerHTML);
  if (known === part.outerHTML || (known === undefined && !ended)) return;
  const old = document.querySelector(part.id ? `#${CSS.escape(part.id)}` : `.${part.className}`);
  if (old && !old.contains(document.activeElement)) swap(old, part);
}

/** Shows the answer to a form in place of the part that it is about; the address says what is shown. */
function searchAsTyped(form: HTMLFormElement): void {
  const part = `[data-part="${form.dataset.live}"]`;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let asked: AbortController | undefined;
  const search = async (): Promise<void> => {
    asked?.abort();
    asked = new AbortController();
    const address = new URL(form.action);
    for (const [name, value] of new FormData(form))
      if (value !== '') address.searchParams.set(name, String(value));
    const fresh = await pageAt(address.href, asked.signal);
    const [old, found] = [document.querySelector(part), fresh?.querySelector(part)];
    if (!old || !found) return;
    swap(old, found);
    history.replaceState(null, '', address);
  };
  const soon = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => void search(), TYPED_MS);
  };
  form.addEventListener('input', soon);
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    soon();
  });
}

document.querySelectorAll<HTMLFormElement>('form[data-live]').forEach(searchAsTyped);
if (document.querySelector('[data-live="run"]')) void refresh();
