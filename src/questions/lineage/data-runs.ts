/**
 * Finds which runs generated and which used versions of data. Node only.
 * @module
 */
import { EVIDENCE, LINK_KINDS, strongestEvidence } from '../../model/link';
import type { NodeFacts, StoredLink, VersionFacts } from '../../store/interface/lineage-reading';
import type { Store } from '../../store/store';
import { codeOf } from './code';
import type { DataRun, DataRuns } from './data-answers';
import type { LineageRun } from './lineage-answers';
import { nodeOf, printedId } from './node-words';

/** The most users of one version that are named. */
const MANY_USERS = 100;
const ANY_EVIDENCE = Object.values(EVIDENCE).reduce((mask, bit) => mask | bit, 0);

/** Runs of versions, by the number of the version's node. */
export type RunsOfVersions = ReadonlyMap<number, DataRuns>;

/** The runs that generated these versions and, if wanted, those that used them. Ambiguous ones are included. */
export async function runsOfVersions(
  store: Store,
  versions: readonly VersionFacts[],
  { users = true }: { users?: boolean } = {},
): Promise<RunsOfVersions> {
  const from = versions.map(({ node }) => node);
  const [made, used] = await Promise.all([
    linksOf(store, from, 'generated'),
    linksOf(store, users ? from : [], 'used'),
  ]);
  const shown = [
    ...made.links,
    ...[...used.byVersion.values()].flatMap((links) => links.slice(0, MANY_USERS)),
  ];
  const ends = new Set(shown.flatMap(({ earlier, later }) => [earlier, later]));
  const facts = new Map((await store.lineage.nodeFacts([...ends])).map((one) => [one.node, one]));
  const runs = new Runs(facts, await codeOf(store, [...facts.values()]));
  return new Map(
    from.map((node) => [
      node,
      {
        generated_by: runs.named(made.byVersion.get(node) ?? [], 'earlier'),
        used_by: runs.named((used.byVersion.get(node) ?? []).slice(0, MANY_USERS), 'later'),
        used_count: used.counts.get(node) ?? used.byVersion.get(node)?.length ?? 0,
      },
    ]),
  );
}

async function linksOf(store: Store, from: readonly number[], kind: 'generated' | 'used') {
  const selection = { kinds: [LINK_KINDS[kind]], evidence: ANY_EVIDENCE };
  const direction = kind === 'generated' ? 'up' : 'down';
  const { links, hubs } =
    from.length > 0
      ? await store.lineage.walk({ from, direction, depth: 1, selection })
      : { links: [], hubs: [] };
  const byVersion = new Map<number, StoredLink[]>();
  for (const link of links) {
    const version = kind === 'generated' ? link.later : link.earlier;
    const known = byVersion.get(version);
    if (known) known.push(link);
    else byVersion.set(version, [link]);
  }
  return { links, byVersion, counts: new Map(hubs.map(({ node, links: count }) => [node, count])) };
}

/** Converts facts of runs to the form of the answer. */
class Runs {
  readonly #facts: ReadonlyMap<number, NodeFacts>;
  readonly #code: ReadonlyMap<string, DataRun['code']>;

  constructor(facts: ReadonlyMap<number, NodeFacts>, code: ReadonlyMap<string, DataRun['code']>) {
    this.#facts = facts;
    this.#code = code;
  }

  /** In the order in which they opened. */
  named(links: readonly StoredLink[], end: 'earlier' | 'later'): DataRun[] {
    const runs = links.flatMap((link) => {
      const facts = this.#facts.get(link[end]);
      return facts?.type === 'run' || facts?.type === 'gone' ? [this.#run(facts, link.evidence)] : [];
    });
    return runs.sort((a, b) => (a.time ?? 0) - (b.time ?? 0) || (a.uid < b.uid ? -1 : 1));
  }

  #run(facts: NodeFacts, mask: number): DataRun {
    const node = nodeOf(printedId(facts), [facts], 0) as LineageRun;
    const { id: _id, type: _type, label: _label, depth: _depth, run_id: _run_id, ...named } = node;
    const { activity_id: _activity_id, attempt: _attempt, took_ms: _took_ms, code, ...run } = named;
    const known = code && { ...code, ...this.#code.get(code.environment ?? '') };
    return { ...run, ...(known && { code: known }), evidence: strongestEvidence(mask) };
  }
}
