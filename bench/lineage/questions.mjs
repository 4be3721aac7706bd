/**
 * The questions of the benchmark: what each asks of the store, what it asks by hand, and how many nodes its answer has.
 */
import { createRequire } from 'node:module';
import { sha256Of } from './graph.mjs';

const require = createRequire(import.meta.url);
const { EVIDENCE, LINK_KINDS } = require('../../dist/src/model/link.js');

const STANDING = EVIDENCE['content-ambiguous'] - 1;
const { used, generated, informed, derived } = LINK_KINDS;
const SELECTION = { kinds: [used, generated, informed, derived], evidence: STANDING };

const runNode = (n) => (n + 1) * 4;
const versionNode = (n) => n * 4 + 1;

const walk = (store, node, direction, depth) =>
  store.lineage.walk({ from: [node], direction, selection: SELECTION, depth });

/** Each: `ours(store, places)` and `hand(byHand, places)` resolve to links. */
export const QUESTIONS = {
  'upstream of a run': {
    ours: async (store, { inCampaign }) => (await walk(store, runNode(inCampaign), 'up')).links,
    hand: (hand, { inCampaign }) => hand.up(runNode(inCampaign)),
  },
  'downstream of a file': {
    ours: async (store, { beforeTheEnd }) => (await walk(store, versionNode(beforeTheEnd), 'down')).links,
    hand: (hand, { beforeTheEnd }) => hand.down(versionNode(beforeTheEnd)),
  },
  'upstream of a long chain': {
    ours: async (store, { chainEnd }) => (await walk(store, runNode(chainEnd), 'up')).links,
    hand: (hand, { chainEnd }) => hand.up(runNode(chainEnd)),
  },
  'downstream of the hub: its first 10,000, and how many there are': {
    of_hub: true,
    ours: async (store, { hub }) => (await walk(store, versionNode(hub), 'down', 1)).links,
    hand: async (hand, { hub }) => {
      const links = await hand.firstLinks(versionNode(hub));
      await hand.countLinks(versionNode(hub));
      return links;
    },
  },
  'which run made these bytes': {
    ours: async (store, { chainStart }) => {
      const found = await store.lineage.versions({ by: 'sha256', sha256: sha256Of(chainStart + 7) }, 50);
      return (await walk(store, found[0].node, 'up', 1)).links;
    },
    hand: (hand, { chainStart }) => hand.which(sha256Of(chainStart + 7)),
  },
};

/** Nodes at the ends of links. */
export function nodesOf(links) {
  return new Set(links.flatMap(({ earlier, later }) => [Number(earlier), Number(later)])).size;
}
