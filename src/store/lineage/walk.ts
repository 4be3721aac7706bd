/**
 * Walks along links. A walk without a depth is one recursive statement over node ids, then a read of the links of all reached
 * nodes. A walk with a depth is one statement per level. Both read the links of a node up to a limit. A node with more links is a
 * hub, and its links are only counted. A walk never passes through an execution, except through a root. Node only.
 * @module
 */
import { WALK } from '../../model/limits';
import { isFollowed } from '../../model/link';
import type { Hub, StoredLink, Walk, WalkQuery } from '../interface/lineage-reading';
import type { SearchSource } from '../search/dialect';
import { type Fragment, join, raw, sql } from '../search/fragment';
import { farLateral, lateralSteps, type Step } from './lateral';
import { followedSql, kindSql, sidesOf, thereSql } from './selection';

/** Returns the links of a walk; see {@link import('../interface/lineage-reading').LineageReading.walk}. */
export function walkLinks(source: SearchSource, query: WalkQuery): Promise<Walk> {
  const walker = new Walker(source, query);
  const { depth = Number.POSITIVE_INFINITY } = query;
  return depth <= WALK.depth ? walker.levels(depth) : walker.closure();
}

/** Returns the nodes of a closure or of one step, roots included. All links of each node are followed, up to the limit. */
export function reachNodes(source: SearchSource, query: WalkQuery, limit: number): Promise<number[]> {
  return new Walker(source, query).reached(limit, limit);
}

class Walker {
  readonly #source: SearchSource;
  readonly #query: WalkQuery;
  readonly #roots: ReadonlySet<number>;
  readonly #near: Fragment;
  readonly #far: Fragment;
  readonly #walk: Walk = { links: [], hubs: [], truncated: false };

  constructor(source: SearchSource, query: WalkQuery) {
    this.#source = source;
    this.#query = query;
    this.#roots = new Set(query.from);
    const { near, far } = sidesOf(query.direction);
    this.#near = near;
    this.#far = far;
  }

  /** @param per_node the highest number of links of one node that are followed */
  async reached(limit: number, per_node: number = WALK.links_per_node): Promise<number[]> {
    const { selection, depth } = this.#query;
    const inner = sql`SELECT ${this.#far} AS far FROM link l WHERE ${this.#ofNode('r.node')}
      AND ${followedSql(selection)} LIMIT ${per_node}`;
    const { from, far } = farLateral(this.#source, inner);
    const { dialect } = this.#source;
    const roots = dialect.ids([...this.#roots]);
    const executions = [...this.#roots].filter((node) => node % 4 === 2);
    const passable = executions.length > 0 ? sql`OR r.node IN (${dialect.ids(executions)})` : raw('');
    // One step needs no recursion; a recursive statement would not stop.
    const rows = await this.#source.rows<{ node: number }>(
      depth === 1
        ? sql`WITH r(node) AS (${roots}) SELECT node FROM r UNION SELECT ${far} AS node FROM r ${from} LIMIT ${limit}`
        : sql`WITH RECURSIVE reached(node) AS (${roots} UNION
            SELECT ${far} FROM reached r ${from} WHERE r.node % 4 <> 2 ${passable})
          SELECT node FROM reached LIMIT ${limit}`,
    );
    return rows.map(({ node }) => node);
  }

  async closure(): Promise<Walk> {
    const reached = await this.reached(WALK.nodes + 1);
    if (reached.length > WALK.nodes) this.#walk.truncated = true;
    await this.#read(this.#passable(reached.slice(0, WALK.nodes)));
    return this.#walk;
  }

  async levels(depth: number): Promise<Walk> {
    const seen = new Set(this.#roots);
    let frontier = [...seen];
    for (let level = 0; level < depth && frontier.length > 0 && !this.#walk.truncated; level++) {
      const found = new Set<number>();
      for (const { far, evidence } of await this.#read(frontier))
        if (!seen.has(far) && isFollowed(evidence, this.#query.selection.evidence)) found.add(far);
      for (const node of found) seen.add(node);
      if (seen.size > WALK.nodes) this.#walk.truncated = true;
      frontier = this.#passable([...found]);
    }
    return this.#walk;
  }

  /** Returns the nodes that a walk passes through. */
  #passable(nodes: readonly number[]): number[] {
    return nodes.filter((node) => node % 4 !== 2 || this.#roots.has(node));
  }

  /** Adds the links of these nodes page by page until the walk reaches its limit. */
  async #read(nodes: readonly number[]): Promise<Step[]> {
    const all: Step[] = [];
    for (let from = 0; from < nodes.length; from += WALK.page_nodes) {
      if (this.#walk.links.length > WALK.links) this.#walk.truncated = true;
      if (this.#walk.truncated && from > 0) break;
      const { kept, over } = bounded(
        await this.#stepsOf(nodes.slice(from, from + WALK.page_nodes)),
        this.#per_node,
      );
      for (const step of kept) this.#walk.links.push(this.#linkOf(step));
      for (const node of over) this.#walk.hubs.push(await this.#hub(node));
      all.push(...kept);
    }
    return all;
  }

  get #per_node(): number {
    return this.#query.per_node ?? WALK.links_per_node;
  }

  #stepsOf(nodes: readonly number[]): Promise<Step[]> {
    const { selection, with_others } = this.#query;
    const wanted = with_others ? raw('1 = 1') : followedSql(selection);
    return lateralSteps(
      this.#source,
      nodes,
      sql`SELECT ${this.#far} AS far, l.kind, l.evidence FROM link l
        WHERE ${this.#ofNode('r.node')} AND ${wanted} LIMIT ${this.#per_node + 1}`,
    );
  }

  async #hub(node: number): Promise<Hub> {
    const counted = this.#query.per_node === undefined && this.#walk.hubs.length < WALK.counted_hubs;
    const limit = counted ? WALK.counted_links : this.#per_node + 1;
    const [row] = await this.#source.rows<{ n: number }>(
      sql`SELECT count(*) AS n FROM (SELECT 1 FROM link l
        WHERE ${this.#ofNode(String(node))} AND ${followedSql(this.#query.selection)} LIMIT ${limit}) c`,
    );
    return { node, links: row!.n };
  }

  /** Selects links of a node: of the requested kinds, to nodes that existed at the time. */
  #ofNode(node: string): Fragment {
    const { selection, as_of } = this.#query;
    const conditions = [sql`${this.#near} = ${raw(node)}`, kindSql(selection)];
    if (as_of !== undefined) conditions.push(thereSql(this.#far, as_of));
    return join(conditions, 'AND', raw('1 = 1'));
  }

  #linkOf({ near, far, kind, evidence }: Step): StoredLink {
    return this.#query.direction === 'up'
      ? { earlier: far, later: near, kind, evidence }
      : { earlier: near, later: far, kind, evidence };
  }
}

/** Returns links up to the limit of each node, and the nodes that have more. */
function bounded(steps: readonly Step[], per_node: number): { kept: Step[]; over: Set<number> } {
  const counts = new Map<number, number>();
  const over = new Set<number>();
  const kept = steps.filter(({ near }) => {
    const count = (counts.get(near) ?? 0) + 1;
    counts.set(near, count);
    if (count > per_node) over.add(near);
    return count <= per_node;
  });
  return { kept, over };
}
