/**
 * Checks whether the store is the only one with its identity, as far as it can be known. Node only.
 * @module
 */

import { type StorePlace, samePlace } from '../../store/identity';
import { instant } from '../words';
import type { Facts } from './facts';

interface Words {
  health: 'ok' | 'warn' | 'fail';
  words: string;
}

/** The finding of `doctor` about the store's identity. */
export function judgeIdentity({ identity, places, file }: Facts): Words {
  const { moved_to, copied_time, forked_from } = identity;
  if (moved_to)
    return {
      health: 'fail',
      words: `moved to ${moved_to.location} on ${instant(moved_to.time)}: this store accepts no more records; set that URL in workers and PROVENANCE_STORE`,
    };
  if (copied_time !== undefined)
    return {
      health: 'ok',
      words: `a backup made ${instant(copied_time)}: it gets its own identity at its first write`,
    };
  const stray = strayPlace(places, file?.identity);
  if (stray) return { health: 'warn', words: stray };
  const last = places.at(-1);
  if (last?.how === 'restored')
    return { health: 'ok', words: `restored from a backup on ${instant(last.time)}` };
  if (forked_from)
    return {
      health: 'ok',
      words: `its own; it started as a copy of store ${forked_from.storage_id} at state ${forked_from.state_id}`,
    };
  return { health: 'ok', words: places.length > 0 ? 'its own' : 'its own, no copy was detected' };
}

const OUTCOME =
  'If the other one is still in use, both share one identity from there on: replace one of them with a `backup`, which gets its own';

/** A place where the store is, or is written, although no move to it was recorded. */
function strayPlace(places: readonly StorePlace[], here: string | undefined): string | undefined {
  const last = places.at(-1);
  if (last === undefined) return undefined;
  if (here !== undefined && !samePlace(here, last.file))
    return `copied or moved here without \`backup\`: it was last written as ${nameOf(last)}. ${OUTCOME}`;
  const found = places.findLastIndex(
    ({ how, file }, at) => how === 'found' && !samePlace(file, places[at - 1]?.file ?? file),
  );
  const before = places[found - 1];
  if (found < 1 || before === undefined) return undefined;
  const { state_id, time } = places[found]!;
  return `copied or moved here without \`backup\` before state ${state_id} (${instant(time)}): until then it was written as ${nameOf(before)}. ${OUTCOME}`;
}

function nameOf({ host, path }: StorePlace): string {
  return `${path} on ${host}`;
}
