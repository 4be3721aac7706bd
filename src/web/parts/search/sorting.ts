/**
 * Sorting of a list by its column headings. Node only.
 * @module
 */
import { conjunctsOf, joinConjuncts } from '../../../filter/conjuncts';
import type { View } from './view';

/** Returns the sort link of a field: descending first, ascending on the second click. */
export function sortOf(name: string, { view, where }: { view: View; where: string }) {
  const { conditions, order } = conjunctsOf(where);
  const falling = order.toUpperCase() === `${name.toUpperCase()} DESC`;
  const rising = order === name;
  const next = falling ? name : `${name} DESC`;
  const sorted = falling ? ('descending' as const) : rising ? ('ascending' as const) : undefined;
  return {
    href: view.with({ where: joinConjuncts({ conditions, order: next }) }),
    ...(sorted && { sorted }),
  };
}
