/**
 * The actions on a selected box, as links. Node only.
 * @module
 */
import type { Box } from '../../../../questions/lineage/map/map-answers';
import type { Addresses } from '../address';
import { countText } from '../drawing/names';

/** The links. */
export function Actions({ box, addresses }: { box: Box; addresses: Addresses }) {
  const { id, node, count, kind, focus, more_up, more_down } = box;
  const { input } = addresses;
  const one = count === 1 || kind === 'attempts';
  const isOut = input.pulled.includes(id);
  const actions: (readonly [words: string, href: string] | false | undefined)[] = [
    !focus && one && ['Start here', addresses.about(node.id)],
    one && more_up && [`Show ${countText(more_up)} more before it`, addresses.opened('up', id)],
    one && more_down && [`Show ${countText(more_down)} more after it`, addresses.opened('down', id)],
    one && node.depth <= 0 && !more_up && ['Hide what it came from', addresses.folded('up', id)],
    one && node.depth >= 0 && !more_down && ['Hide what was made from it', addresses.folded('down', id)],
    !focus &&
      one &&
      input.to === undefined && ['Show only the paths to it', addresses.with({ to: node.id, data: false })],
    kind === 'alike' && ['Draw each of them', addresses.with({ apart: [...input.apart, id] })],
    isOut && ['Put it back', addresses.with({ pulled: input.pulled.filter((other) => other !== id) })],
  ];
  return (
    <ul class="actions">
      {actions.flatMap((action) =>
        action
          ? [
              <li>
                <a class="button" href={action[1]}>
                  {action[0]}
                </a>
              </li>,
            ]
          : [],
      )}
    </ul>
  );
}
