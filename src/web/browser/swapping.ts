/**
 * Loading and replacing of parts of a page. Runs in a browser.
 * @module
 */

/** Loads the page at an address; undefined if it is unavailable. */
export async function pageAt(address: string, signal?: AbortSignal): Promise<Document | undefined> {
  const response = await fetch(address, { headers: { Accept: 'text/html' }, signal }).catch(() => undefined);
  if (!response?.ok) return undefined;
  return new DOMParser().parseFromString(await response.text(), 'text/html');
}

/** Replaces an element; details that the reader has opened stay open. */
export function swap(old: Element, fresh: Element): void {
  const unfolded = [...old.querySelectorAll('details')].map((one) => one.open);
  const adopted = document.importNode(fresh, true);
  [...adopted.querySelectorAll('details')].forEach((one, at) => {
    if (unfolded[at] !== undefined) one.open = unfolded[at];
  });
  old.replaceWith(adopted);
}
