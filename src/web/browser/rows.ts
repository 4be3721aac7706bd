/**
 * Updates the rows of a table by their keys. Unchanged rows keep their focus and selection. Runs in a browser.
 * @module
 */

/** The result of an update. */
export interface Merged {
  /** The number of inserted rows. */
  added: number;
  /** The number of rows that were not inserted, so as not to disturb the reader. */
  waiting: number;
}

/** Updates `old` from `current`. `grow`: rows may be added and removed; otherwise only existing rows change. */
export function mergeRows(old: HTMLElement, current: HTMLElement, grow: boolean): Merged {
  const known = byKey(old);
  const wanted = byKey(current);
  for (const [key, row] of wanted) {
    const there = known.get(key);
    if (there && signatureOf(there) !== signatureOf(row)) renew(there, row);
  }
  const fresh = [...wanted].filter(([key]) => !known.has(key));
  if (!grow) return { added: 0, waiting: fresh.length };
  for (const [key, row] of known) if (!wanted.has(key)) row.remove();
  let before: Element | null = old.firstElementChild;
  for (const [key, row] of wanted) {
    const there = known.get(key);
    if (there && there === before) before = there.nextElementSibling;
    else old.insertBefore(there ?? marked(document.importNode(row, true)), before);
  }
  return { added: fresh.length, waiting: 0 };
}

function byKey(body: HTMLElement): Map<string, HTMLElement> {
  const rows = body.querySelectorAll<HTMLElement>(':scope > tr[data-key]');
  return new Map([...rows].map((row) => [row.dataset.key!, row]));
}

function marked(row: HTMLElement): HTMLElement {
  row.classList.add('changed');
  return row;
}

/** Replaces the cells, and restores the focus and the selection. */
function renew(row: HTMLElement, current: HTMLElement): void {
  const focus = [...row.querySelectorAll('a, input, button')].indexOf(document.activeElement as Element);
  const chosen = [...row.querySelectorAll('input')].map(({ checked }) => checked);
  row.replaceChildren(...[...current.childNodes].map((node) => document.importNode(node, true)));
  for (const [index, input] of [...row.querySelectorAll('input')].entries())
    input.checked = chosen[index] ?? false;
  if (focus >= 0) row.querySelectorAll<HTMLElement>('a, input, button')[focus]?.focus();
  marked(row);
}

/** Returns the server's HTML of a row, without the changes of scripts (local times, copy buttons). */
export function signatureOf(part: Element): string {
  const copy = part.cloneNode(true) as Element;
  for (const button of copy.querySelectorAll('button.copy')) button.remove();
  for (const time of copy.querySelectorAll('time')) {
    time.textContent = '';
    time.removeAttribute('title');
  }
  for (const input of copy.querySelectorAll('input')) input.removeAttribute('checked');
  return copy.innerHTML;
}
