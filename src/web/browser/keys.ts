/**
 * The keyboard: `/` to search, `g` and a letter to go to a section, `j` and `k` along rows, `?` for the list. Runs in a browser.
 * @module
 */

/** The sections by the letter after `g`. */
const PLACES: Readonly<Record<string, readonly [words: string, path: string]>> = {
  r: ['Runs', '/'],
  e: ['Executions', '/executions'],
  x: ['Refused', '/refusals'],
  d: ['Data', '/artifacts'],
  v: ['Environments', '/environments'],
  s: ['Stash', '/stash'],
  l: ['Rules', '/rules'],
  w: ['Workers', '/workers'],
  h: ['Health', '/health'],
};
const ROWS = 'tbody tr:has(a[href]), [data-row]:has(a[href])';
/** The time within which a letter must follow `g`. */
const PREFIX_MS = 1_500;

let prefix_until = 0;

/** Starts to listen for keys. */
export function startKeys(): void {
  document.addEventListener('keydown', onKey);
  const button = document.querySelector<HTMLButtonElement>('#keys');
  if (!button) return;
  button.hidden = false;
  button.addEventListener('click', showKeys);
}

function onKey(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  const target = event.target as HTMLElement;
  if (event.key === 'Escape' && isField(target)) target.blur();
  if (isField(target) || document.querySelector('dialog[open]')) return;
  if (act(event.key)) event.preventDefault();
}

function act(key: string): boolean {
  const place = performance.now() < prefix_until ? PLACES[key] : undefined;
  prefix_until = key === 'g' ? performance.now() + PREFIX_MS : 0;
  if (place) return goTo(place[1]);
  if (key === '/') return focus(document.querySelector('main input[type="search"], #go'));
  if (key === 'j') return step(1);
  if (key === 'k') return step(-1);
  if (key === '?') return showKeys();
  return key === 'g';
}

/** Goes to an address with the selected lab. */
function goTo(path: string): true {
  const lab = new URLSearchParams(location.search).get('lab');
  location.assign(lab === null ? path : `${path}?lab=${encodeURIComponent(lab)}`);
  return true;
}

function step(by: 1 | -1): boolean {
  const rows = [...document.querySelectorAll<HTMLElement>(ROWS)].filter((row) => row.offsetParent !== null);
  const at = rows.findIndex((row) => row.contains(document.activeElement));
  const next = rows[at === -1 ? (by === 1 ? 0 : rows.length - 1) : at + by];
  return focus(next?.querySelector('.lead-cell a[href], a[href]'));
}

function focus(element: HTMLElement | null | undefined): boolean {
  element?.focus();
  element?.scrollIntoView({ block: 'nearest' });
  return element !== null && element !== undefined;
}

function isField(element: HTMLElement): boolean {
  return element.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(element.tagName);
}

function showKeys(): true {
  const dialog = document.createElement('dialog');
  dialog.setAttribute('aria-labelledby', 'keys-title');
  const title = document.createElement('h2');
  title.id = 'keys-title';
  title.textContent = 'Keys';
  const list = document.createElement('dl');
  list.className = 'facts';
  list.append(...KEYS.map(([keys, words]) => row(keys, words)));
  const close = document.createElement('button');
  close.type = 'button';
  close.textContent = 'Close';
  close.addEventListener('click', () => dialog.close());
  dialog.append(title, list, close);
  dialog.addEventListener('close', () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  return true;
}

const KEYS: readonly (readonly [keys: string, words: string])[] = [
  ['/', 'Search'],
  ['j k', 'Next row, previous row'],
  ['Enter', 'Open the row'],
  ...Object.entries(PLACES).map(([key, [words]]) => [`g ${key}`, words] as const),
  ['?', 'These keys'],
  ['Esc', 'Leave a field, close this window'],
];

function row(keys: string, words: string): HTMLElement {
  const line = document.createElement('div');
  const term = document.createElement('dt');
  for (const key of keys.split(' ')) {
    const shown = document.createElement('kbd');
    shown.textContent = key;
    term.append(shown, ' ');
  }
  const meaning = document.createElement('dd');
  meaning.textContent = words;
  line.append(term, meaning);
  return line;
}
