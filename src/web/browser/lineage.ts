/**
 * The page of lineage: pans and zooms the drawing, highlights paths, and loads the panel and expanded boxes without a new page. The
 * drawing stays in its position. Runs in a browser.
 * @module
 */
import { placeOf, Stage } from './lineage-stage.js';
import { Trace } from './lineage-trace.js';

let stage: Stage | undefined;
let trace: Trace | undefined;
let request: AbortController | undefined;

start();
document.addEventListener('click', (event) => {
  const link = (event.target as Element).closest<HTMLAnchorElement | SVGAElement>('.lineage-main a[href]');
  if (
    !link ||
    event.defaultPrevented ||
    event.button !== 0 ||
    event.ctrlKey ||
    event.metaKey ||
    event.shiftKey
  )
    return;
  const url = new URL(link.getAttribute('href')!, location.href);
  if (url.pathname !== location.pathname) return;
  event.preventDefault();
  void go(url, link);
});
window.addEventListener('popstate', () => void go(new URL(location.href), undefined, false));

function start(): void {
  const map = document.querySelector<HTMLElement>('.map');
  if (!map) return;
  stage = new Stage(map);
  stage.open(map.querySelector('.box.chosen') ?? map.querySelector('.box.focus'));
  watch(map);
}

/** Sets up a drawing. */
function watch(map: HTMLElement): void {
  trace = new Trace(map.querySelector('.scene')!);
  map.addEventListener('pointerover', (event) => mark(event.target as Element));
  map.addEventListener('focusin', (event) => mark(event.target as Element));
  map.addEventListener('pointerleave', () => markChosen());
  map.addEventListener('focusout', () => markChosen());
  markChosen();
  addTools(map);
}

function mark(target: Element): void {
  const box = target.closest<SVGGElement>('.box');
  if (box) trace?.show(box.dataset.id!);
  else if (!target.closest('.line')) markChosen();
}

function markChosen(): void {
  const chosen = document.querySelector<SVGGElement>('.box.chosen');
  if (chosen) trace?.show(chosen.dataset.id!);
  else trace?.clear();
}

function addTools(map: HTMLElement): void {
  const tools = document.createElement('div');
  tools.className = 'map-tools';
  tools.append(
    search(map),
    button('−', 'Zoom out (key -)', () => stage?.out()),
    button('+', 'Zoom in (key +)', () => stage?.in()),
    button('Fit', 'Fit the drawing (key 0)', () => stage?.fit()),
  );
  map.before(tools);
}

function button(words: string, title: string, act: () => void): HTMLButtonElement {
  const made = document.createElement('button');
  made.type = 'button';
  made.textContent = words;
  made.title = title;
  if (!/\w/.test(words)) made.setAttribute('aria-label', title);
  made.addEventListener('click', act);
  return made;
}

/** Marks the boxes that contain a text; Enter goes to the next one. */
function search(map: HTMLElement): HTMLInputElement {
  const input = document.createElement('input');
  input.type = 'search';
  input.placeholder = 'Find in the drawing';
  input.setAttribute('aria-label', 'Find in the drawing');
  let at = 0;
  const found = () => [...map.querySelectorAll('.box.found')];
  input.addEventListener('input', () => {
    at = 0;
    const wanted = input.value.trim().toLowerCase();
    for (const box of map.querySelectorAll('.box')) {
      const words = box.querySelector('title')?.textContent?.toLowerCase() ?? '';
      box.classList.toggle('found', wanted !== '' && words.includes(wanted));
    }
    stage?.center(found()[0] ?? null);
  });
  input.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter') return;
    event.preventDefault();
    const boxes = found();
    stage?.center(boxes[++at % boxes.length] ?? null);
  });
  return input;
}

/** Loads another address into the page; unchanged parts stay. */
async function go(url: URL, from: Element | undefined, push = true): Promise<void> {
  request?.abort();
  request = new AbortController();
  const answer = await fetch(url, { signal: request.signal }).catch(() => undefined);
  if (answer === undefined) return;
  const next = new DOMParser().parseFromString(await answer.text(), 'text/html');
  const [old, fresh] = [document.querySelector('.lineage'), next.querySelector('.lineage')];
  if (!answer.ok || !old || !fresh?.querySelector('.map')) return location.assign(url);
  if (push) history.pushState(null, '', url);
  document.title = next.title;
  swap(old, fresh, from?.closest<SVGGElement>('.box')?.dataset.id);
}

function swap(old: Element, fresh: Element, near: string | undefined): void {
  const kept = near === undefined ? undefined : document.querySelector(`.box[data-id="${CSS.escape(near)}"]`);
  const before = kept && placeOf(kept);
  const view = stage?.view;
  const open = old.querySelector('details')?.open;
  document.querySelector('h1')!.textContent = document.title.split(' · ')[0]!;
  old.replaceWith(document.adoptNode(fresh));
  start();
  const details = fresh.querySelector('details');
  if (details && open) details.open = true;
  const anchor = near === undefined ? undefined : fresh.querySelector(`.box[data-id="${CSS.escape(near)}"]`);
  if (!view || !stage || !before || !anchor) return;
  const after = placeOf(anchor);
  const { scale } = view;
  stage.show({ scale, x: view.x + (before.x - after.x) * scale, y: view.y + (before.y - after.y) * scale });
  anchor.querySelector('a')?.focus({ preventScroll: true });
}
