/**
 * All pages. Node only.
 * @module
 */
import type { AnyPage } from './page';
import { runPage } from './run/run-page';
import { runsPage } from './runs/runs-page';

/** A new page is a folder beside this file and a line here. */
export const PAGES: readonly AnyPage[] = [runsPage, runPage] as readonly unknown[] as readonly AnyPage[];
