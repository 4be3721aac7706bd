/**
 * The empty state of a list: the reason, and what to do. Node only.
 * @module
 */
import { conjunctsOf, withoutCondition } from '../../../filter/conjuncts';
import { Empty } from '../blocks';
import type { View } from './view';

/** The empty state of a list. */
export function Nothing(given: {
  view: View;
  where: string;
  reasons: readonly string[];
  of: 'runs' | 'executions';
}) {
  const { view, where, reasons, of } = given;
  const [first = `No ${of}.`, ...others] = reasons;
  const { conditions } = conjunctsOf(where);
  return (
    <Empty title={first}>
      {others.map((reason) => (
        <p>{reason}</p>
      ))}
      {conditions.length === 0 ? (
        <p>
          Runs come from workers with the plugin: <code>plugins: [new ProvenancePlugin()]</code>. This page
          shows them when they start.
        </p>
      ) : (
        <ul>
          {conditions.map((condition, index) => (
            <li>
              <a href={view.with({ where: withoutCondition(where, index) })}>
                Without <code>{condition}</code>
              </a>
            </li>
          ))}
        </ul>
      )}
    </Empty>
  );
}
