/**
 * The questions of the benchmark, each as the product asks it and as a person would by hand. Both return one
 * line for each link or node, so that they can be compared. Walks ask the store directly; other questions go
 * through the API of programs and the command line.
 */
import { createRequire } from 'node:module';
import { sha256Of, uidOf } from './graph.mjs';

const require = createRequire(import.meta.url);
const { EVIDENCE, LINK_KINDS } = require('../../dist/src/model/link.js');

const STANDING = EVIDENCE['content-ambiguous'] - 1;
const { used, generated, informed, derived } = LINK_KINDS;
const SELECTION = { kinds: [used, generated, informed, derived], evidence: STANDING };

const runNode = (n) => (n + 1) * 4;
const versionNode = (n) => n * 4 + 1;

async function walk({ store }, node, direction, depth) {
  const { links } = await store.lineage.walk({ from: [node], direction, selection: SELECTION, depth });
  return links;
}

const links = (found) => found.map(({ earlier, later, kind }) => `${earlier} ${later} ${kind}`);

/** The node of a printed id, numbered as in `graph.mjs`. */
function nodeOf(id, { model }) {
  const [, type, name] = /^(run|artifact:sha256):(.+)$/.exec(id);
  if (type === 'run') return runNode(Number.parseInt(name.slice(-12), 16));
  return versionNode(name === model.sha256 ? model.n : Number.parseInt(name, 16));
}

function printed({ links: found }, places) {
  return found.map(
    ({ from, to, kind }) => `${nodeOf(from, places)} ${nodeOf(to, places)} ${LINK_KINDS[kind]}`,
  );
}

/** Each has `ours(asked, places)` and `hand(statements, places)`, which resolve to lines. */
export const QUESTIONS = {
  'upstream of a run': {
    ours: async (asked, { inCampaign }) => links(await walk(asked, runNode(inCampaign), 'up')),
    hand: async (hand, { inCampaign }) => links(await hand.up(runNode(inCampaign))),
  },
  'downstream of a file': {
    ours: async (asked, { beforeTheEnd }) => links(await walk(asked, versionNode(beforeTheEnd), 'down')),
    hand: async (hand, { beforeTheEnd }) => links(await hand.down(versionNode(beforeTheEnd))),
  },
  'upstream of a long chain': {
    ours: async (asked, { chainEnd }) => links(await walk(asked, runNode(chainEnd), 'up')),
    hand: async (hand, { chainEnd }) => links(await hand.up(runNode(chainEnd))),
  },
  'downstream of the hub: its first 10,000, and how many there are': {
    of_hub: true,
    ours: async (asked, { hub }) => links(await walk(asked, versionNode(hub), 'down', 1)),
    hand: async (hand, { hub }) => {
      const found = await hand.firstLinks(versionNode(hub));
      await hand.countLinks(versionNode(hub));
      return links(found);
    },
  },
  'path between two runs': {
    ours: async ({ provenance }, places) => {
      const [from, to] = [uidOf(places.campaignStart), uidOf(places.inCampaign)];
      return printed(await provenance.lineage(to, { to: from }), places);
    },
    hand: async (hand, { campaignStart, inCampaign }) =>
      links(await hand.between(runNode(inCampaign), runNode(campaignStart))),
  },
  'data that a file was made from': {
    ours: async ({ provenance }, places) => {
      const { nodes } = await provenance.lineage(sha256Of(places.inCampaign), { data: true });
      return nodes.map(({ id }) => String(nodeOf(id, places)));
    },
    hand: async (hand, { inCampaign }) =>
      (await hand.madeFrom(versionNode(inCampaign))).map(({ node }) => String(node)),
  },
  'which run made a file': {
    ours: async ({ provenance }, { model }) => {
      const { versions } = await provenance.which(model.path);
      return versions.flatMap(({ generated_by }) => generated_by.map(({ uid }) => uid));
    },
    hand: async (hand, { model }) => (await hand.which(model.sha256)).map(({ uid }) => uid),
  },
};
