/**
 * The script of every page: local times, copy buttons, colours, keys, tables. Runs in a browser.
 *
 * This folder owns the scripts of pages. Every page works without them.
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
