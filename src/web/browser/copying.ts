/**
 * Buttons that copy the `data-copy` of an element. Runs in a browser.
 * @module
 */

const SVG = 'http://www.w3.org/2000/svg';
const SAID_MS = 1_200;

/** Adds a button to each element with `data-copy`. */
export function addCopyButtons(): void {
  if (!navigator.clipboard) return;
  for (const element of document.querySelectorAll<HTMLElement>('[data-copy]')) {
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'copy';
    button.append(element.tagName === 'PRE' ? 'Copy' : twoSheets());
    button.title = 'Copy';
    button.setAttribute('aria-label', `Copy ${element.dataset.copy!.slice(0, 40)}`);
    button.addEventListener('click', () => void copy(element.dataset.copy!));
    element.after(button);
  }
}

function twoSheets(): SVGElement {
  const picture = document.createElementNS(SVG, 'svg');
  picture.setAttribute('viewBox', '0 0 16 16');
  picture.setAttribute('aria-hidden', 'true');
  const sheets = document.createElementNS(SVG, 'path');
  sheets.setAttribute('d', 'M5.5 5.5v-3h8v8h-3M2.5 5.5h8v8h-8z');
  picture.append(sheets);
  return picture;
}

async function copy(text: string): Promise<void> {
  const done = await navigator.clipboard.writeText(text).then(
    () => true,
    () => false,
  );
  say(done ? 'Copied.' : 'The browser does not allow this page to copy.');
}

/** Shows a message for a moment. */
function say(text: string): void {
  const said = document.createElement('div');
  said.className = 'said';
  said.setAttribute('role', 'status');
  said.textContent = text;
  document.body.append(said);
  setTimeout(() => said.remove(), SAID_MS);
}
