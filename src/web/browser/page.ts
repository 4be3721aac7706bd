/**
 * On every page: times in the reader's zone, copy buttons, colours, keys, tables. Runs in a browser.
 *
 * This folder owns the scripts of pages. A page is whole without them.
 * @module
 */
import { startColours } from './colours.js';
import { addCopyButtons } from './copying.js';
import { startKeys } from './keys.js';
import { startTables } from './tables.js';
import { startTimes } from './times.js';

startTimes();
addCopyButtons();
startColours();
startKeys();
startTables();

const lab = document.querySelector<HTMLSelectElement>('.lab-switch select');
lab?.form?.querySelector('button')?.remove();
lab?.addEventListener('change', () => lab.form?.submit());
