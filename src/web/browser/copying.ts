/**
 * Buttons that copy what an element has in `data-copy`. Runs in a browser.
 * @module
 */

const SAID_MS = 1_200;

/** Adds a button to each element that names what to copy. */
export function addCopyButtons(): void {
  if (!navigator.clipboard) return;
  for (const element of document.querySelectorAll<HTMLElement>('[data-copy]')) {
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'copy';
    button.textContent = element.tagName === 'PRE' ? 'Copy' : '⧉';
    button.title = 'Copy';
    button.setAttribute('aria-label', `Copy ${element.dataset.copy!.slice(0, 40)}`);
    button.addEventListener('click', () => void copy(element.dataset.copy!));
    element.after(button);
  }
}

async function copy(text: string): Promise<void> {
  const done = await navigator.clipboard.writeText(text).then(
    () => true,
    () => false,
  );
  say(done ? 'Copied.' : 'The browser does not let this page copy.');
}

/** Says something for a moment. */
function say(text: string): void {
  const said = document.createElement('div');
  said.className = 'said';
  said.setAttribute('role', 'status');
  said.textContent = text;
  document.body.append(said);
  setTimeout(() => said.remove(), SAID_MS);
}
