/**
 * Parts of a page that are read anew and put in the place of those that are there. Runs in a browser.
 * @module
 */

/** The page at an address; undefined where it can't be had. */
export async function pageAt(address: string, signal?: AbortSignal): Promise<Document | undefined> {
  const response = await fetch(address, { headers: { Accept: 'text/html' }, signal }).catch(() => undefined);
  if (!response?.ok) return undefined;
  return new DOMParser().parseFromString(await response.text(), 'text/html');
}

/** Puts an element in the place of another; what a reader has unfolded stays so. */
export function swap(old: Element, fresh: Element): void {
  const unfolded = [...old.querySelectorAll('details')].map((one) => one.open);
  const adopted = document.importNode(fresh, true);
  [...adopted.querySelectorAll('details')].forEach((one, at) => {
    if (unfolded[at] !== undefined) one.open = unfolded[at];
  });
  old.replaceWith(adopted);
}
