/**
 * The conditions of a filter, each with a link that removes it. Node only.
 * @module
 */
import { conjunctsOf, joinConjuncts, withoutCondition } from '../../../filter/conjuncts';
import type { View } from './view';

/** The conditions of a valid filter. */
export function Conditions({ view, where }: { view: View; where: string }) {
  const { conditions, order } = conjunctsOf(where);
  if (conditions.length === 0 && order === '') return null;
  return (
    <ul class="chips conditions" aria-label="Conditions">
      {conditions.map((condition, index) => (
        <Condition text={condition} href={view.with({ where: withoutCondition(where, index) })} />
      ))}
      {order !== '' && (
        <Condition
          text={`ORDER BY ${order}`}
          href={view.with({ where: joinConjuncts({ conditions, order: '' }) })}
        />
      )}
      {conditions.length + (order === '' ? 0 : 1) > 1 && (
        <li>
          <a href={view.with({ where: undefined })}>Clear all</a>
        </li>
      )}
    </ul>
  );
}

function Condition({ text, href }: { text: string; href: string }) {
  return (
    <li>
      <a class="chip" href={href} title={`Without: ${text}`}>
        <bdi>{text}</bdi>
        <span class="unseen"> (remove)</span>
        <span aria-hidden="true"> ×</span>
      </a>
    </li>
  );
}
