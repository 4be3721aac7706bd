/**
 * The panel next to the drawing: details of the selected node or line. Node only.
 *
 * This folder owns the panel, which shows the values; boxes show only short texts.
 * @module
 */

import type { LineageMap } from '../../../../questions/lineage/map/map';
import type { RunView } from '../../../../questions/lists/runs';
import type { Addresses } from '../address';
import { LinePanel } from './line-panel';
import { NodePanel } from './node-panel';

/** The selection. */
export interface Chosen {
  map: LineageMap;
  /** The selected run, if it is one. */
  run?: RunView;
}

/** The panel. */
export function Panel({ chosen, addresses }: { chosen: Chosen; addresses: Addresses }) {
  const { map } = chosen;
  const nothing = !map.chosen && !map.line;
  return (
    <aside id="chosen" class={nothing ? 'chosen nothing' : 'chosen'} aria-label="Selection">
      {map.chosen && <NodePanel chosen={map.chosen} run={chosen.run} map={map} addresses={addresses} />}
      {map.line && <LinePanel line={map.line} addresses={addresses} />}
      {nothing && <p class="soft">Select a box or a line to see its details.</p>}
    </aside>
  );
}
