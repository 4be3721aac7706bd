/**
 * Suggestions for a filter: a list below the box, for keys and mouse. Runs in a browser.
 * @module
 */

import { startMenus } from './menus.js';

interface Suggestion {
  insert: string;
  kind: string;
  detail?: string;
}

interface Suggestions {
  from: number;
  to: number;
  items: Suggestion[];
}

/** The delay after the last key, so that there are fewer requests than keys. */
const PAUSE_MS = 120;
const LIST = 'where-suggestions';

/** The box with its list: in ARIA a combobox with a listbox. */
class Box {
  readonly #input: HTMLInputElement;
  readonly #list = document.createElement('ul');
  #shown: Suggestions = { from: 0, to: 0, items: [] };
  #active = -1;
  #timer = 0;
  #asking: AbortController | undefined;

  constructor(input: HTMLInputElement) {
    this.#input = input;
    this.#list.id = LIST;
    this.#list.className = 'suggestions';
    this.#list.hidden = true;
    this.#list.setAttribute('role', 'listbox');
    this.#list.setAttribute('aria-label', 'Suggestions');
    input.after(this.#list);
    const states = {
      role: 'combobox',
      'aria-autocomplete': 'list',
      'aria-expanded': 'false',
      'aria-controls': LIST,
    };
    for (const [name, value] of Object.entries(states)) input.setAttribute(name, value);
    input.addEventListener('input', () => this.#later());
    input.addEventListener('click', () => !this.#list.hidden && this.#later());
    input.addEventListener('keydown', (event) => this.#key(event));
    input.addEventListener('blur', () => this.#close());
    // The box keeps the focus.
    this.#list.addEventListener('pointerdown', (event) => event.preventDefault());
    this.#list.addEventListener('click', (event) => this.#click(event));
  }

  #later(): void {
    clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => void this.#ask(), PAUSE_MS);
  }

  async #ask(): Promise<void> {
    this.#asking?.abort();
    const asking = new AbortController();
    this.#asking = asking;
    const { value, selectionStart, dataset } = this.#input;
    const parameters = new URLSearchParams({ where: value, at: String(selectionStart ?? value.length) });
    parameters.set('of', dataset.suggest ?? 'runs');
    const lab = new URLSearchParams(location.search).get('lab');
    if (lab !== null) parameters.set('lab', lab);
    try {
      const response = await fetch(`/api/v1/suggest?${parameters}`, { signal: asking.signal });
      const answer = response.ok ? ((await response.json()) as Suggestions) : undefined;
      // The text has changed since; a later request answers it.
      if (asking.signal.aborted) return;
      this.#show(answer ?? { from: 0, to: 0, items: [] });
    } catch {
      // Missing suggestions do no harm.
    }
  }

  #show(suggestions: Suggestions): void {
    const { from, to, items } = suggestions;
    const written = this.#input.value.slice(from, to);
    const useful = items.filter(({ insert }) => insert !== written);
    this.#shown = { from, to, items: useful };
    this.#active = -1;
    this.#list.replaceChildren(...useful.map((item, index) => optionOf(item, index)));
    this.#list.hidden = useful.length === 0 || document.activeElement !== this.#input;
    this.#input.setAttribute('aria-expanded', String(!this.#list.hidden));
    this.#input.removeAttribute('aria-activedescendant');
  }

  #close(): void {
    clearTimeout(this.#timer);
    this.#asking?.abort();
    this.#show({ from: 0, to: 0, items: [] });
  }

  #key(event: KeyboardEvent): void {
    if (event.isComposing) return;
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      if (this.#list.hidden) void this.#ask();
      else this.#move(event.key === 'ArrowDown' ? 1 : -1);
    } else if (this.#list.hidden) return;
    else if (event.key === 'Escape') {
      event.preventDefault();
      event.stopPropagation();
      this.#close();
    } else if ((event.key === 'Enter' || event.key === 'Tab') && this.#active >= 0) {
      event.preventDefault();
      this.#choose(this.#active);
    }
  }

  /** Moves the selection by one: after the last item to none, then to the first. */
  #move(step: number): void {
    const count = this.#shown.items.length;
    this.#active = ((this.#active + 1 + step + count + 1) % (count + 1)) - 1;
    const options = [...this.#list.children];
    for (const [index, option] of options.entries())
      option.setAttribute('aria-selected', String(index === this.#active));
    const active = options[this.#active];
    if (active) this.#input.setAttribute('aria-activedescendant', active.id);
    else this.#input.removeAttribute('aria-activedescendant');
    active?.scrollIntoView({ block: 'nearest' });
  }

  #click(event: MouseEvent): void {
    const option = (event.target as Element).closest('[role="option"]');
    if (option) this.#choose([...this.#list.children].indexOf(option));
  }

  #choose(index: number): void {
    const item = this.#shown.items[index];
    if (!item) return;
    const { from, to } = this.#shown;
    const { value } = this.#input;
    const rest = value.slice(to);
    const space = /['(]$/.test(item.insert) && item.kind !== 'value' ? '' : ' ';
    const word = item.insert + (rest.startsWith(' ') ? '' : space);
    this.#input.value = value.slice(0, from) + word + rest;
    const caret = from + word.length + (rest.startsWith(' ') ? 1 : 0);
    this.#input.setSelectionRange(caret, caret);
    this.#list.hidden = true;
    void this.#ask();
  }
}

function optionOf({ insert, kind, detail }: Suggestion, index: number): HTMLLIElement {
  const option = document.createElement('li');
  option.id = `${LIST}-${index}`;
  option.className = kind;
  option.setAttribute('role', 'option');
  option.setAttribute('aria-selected', 'false');
  const word = document.createElement('bdi');
  word.textContent = insert;
  option.append(word);
  if (detail !== undefined) {
    const said = document.createElement('span');
    said.textContent = detail;
    option.append(said);
  }
  return option;
}

for (const input of document.querySelectorAll<HTMLInputElement>('input[data-suggest]')) new Box(input);
startMenus();
