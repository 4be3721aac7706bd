/**
 * The switch between the system's colours, light and dark. A cookie remembers it, so that the server sends each page in the right
 * colours. Runs in a browser.
 * @module
 */

const ORDER = ['', 'light', 'dark'] as const;
const WORDS: Readonly<Record<string, string>> = { '': 'as in the system', light: 'light', dark: 'dark' };
const YEAR_S = 31_536_000;

/** Shows the switch and handles its clicks. */
export function startColours(): void {
  const button = document.querySelector<HTMLButtonElement>('#theme');
  if (!button) return;
  button.hidden = false;
  name(button);
  button.addEventListener('click', () => {
    choose(after(chosen()));
    name(button);
  });
}

function chosen(): string {
  return document.documentElement.dataset.theme ?? '';
}

function after(theme: string): string {
  return ORDER[(ORDER.indexOf(theme as 'light') + 1) % ORDER.length]!;
}

function choose(theme: string): void {
  const { dataset } = document.documentElement;
  if (theme === '') delete dataset.theme;
  else dataset.theme = theme;
  // biome-ignore lint/suspicious/noDocumentCookie: the cookie store needs a secure context, which a page on another address may lack
  document.cookie = `theme=${theme}; path=/; max-age=${theme === '' ? 0 : YEAR_S}; samesite=strict`;
}

function name(button: HTMLButtonElement): void {
  const theme = chosen();
  const words = `Colours: ${WORDS[theme]}. Next: ${WORDS[after(theme)]}`;
  button.title = words;
  button.setAttribute('aria-label', words);
}
