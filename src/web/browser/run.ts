/**
 * The page of a run: updates an open run, and searches its log while the reader types. Runs in a browser.
 * @module
 */
import { pageAt, swap } from './swapping.js';

/** The update interval of an open run; checkpoints arrive every few seconds at most. */
const EVERY_MS = 4_000;
/** The delay after the last key before a search. */
const TYPED_MS = 250;

/** The sections of the page as last loaded. */
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

/** Returns the head, and the sections by their ids. */
function partsOf(page: Document): Element[] {
  return [...page.querySelectorAll('.run-head, .run section[id]')];
}

/** Stores the sections on the first load. Later, replaces only the sections that changed. */
function renew(part: Element, ended: boolean): void {
  const name = part.id || part.className;
  const known = read.get(name);
  read.set(name, part.outerHTML);
  if (known === part.outerHTML || (known === undefined && !ended)) return;
  const old = document.querySelector(part.id ? `#${CSS.escape(part.id)}` : `.${part.className}`);
  if (old && !old.contains(document.activeElement)) swap(old, part);
}

/** Replaces a part of the page by the answer to its form, and updates the address. */
function searchAsTyped(form: HTMLFormElement): void {
  const part = `[data-part="${form.dataset.live}"]`;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let request: AbortController | undefined;
  const search = async (): Promise<void> => {
    request?.abort();
    request = new AbortController();
    const address = new URL(form.action);
    for (const [name, value] of new FormData(form))
      if (value !== '') address.searchParams.set(name, String(value));
    const fresh = await pageAt(address.href, request.signal);
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
