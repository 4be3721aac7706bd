/**
 * The order of a list, changed by the head of a column. Node only.
 * @module
 */
import { conjunctsOf, joinConjuncts } from '../../../filter/conjuncts';
import type { View } from './view';

/** By this field, the largest first; by a second click the smallest first. */
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
