/**
 * What is shown in place of a page that can't be shown. Node only.
 * @module
 */
import type { Problem } from '../http/problem';
import { Empty } from '../parts/blocks';
import type { Shown } from './page';

const TITLES: Readonly<Record<number, string>> = {
  400: 'Not understood',
  404: 'Not found',
  503: 'No answer now',
};

/** A problem as a page. */
export function problemPage({ status, detail }: Problem): Shown {
  return { title: TITLES[status] ?? 'Failed', body: <Empty title={detail} /> };
}
