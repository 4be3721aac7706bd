/**
 * Closes menus on a click elsewhere, and on Escape. Runs in a browser.
 * @module
 */

/** Adds this behaviour to all menus of the page. */
export function startMenus(): void {
  const open = () => document.querySelector<HTMLDetailsElement>('details.menu[open]');
  document.addEventListener('click', ({ target }) => {
    const menu = open();
    if (menu && !menu.contains(target as Node)) menu.open = false;
  });
  document.addEventListener('keydown', ({ key }) => {
    const menu = key === 'Escape' ? open() : null;
    if (!menu) return;
    menu.open = false;
    menu.querySelector<HTMLElement>('summary')?.focus();
  });
}
