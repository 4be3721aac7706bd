/**
 * The JSON paths at which the ends of links were found: in the producer's value and in the consumer's input. Node only.
 * @module
 */
import type { LinkPath, StoredLink } from '../interface/lineage-reading';
import type { SearchSource } from '../search/dialect';
import { sql } from '../search/fragment';
import { factsOf, type Nullable } from './rows';

/** Links per statement. */
const PAGE = 5_000;
/** The highest number of paths per statement: a link of a fan-out can have thousands. */
const MOST = 50_000;

/** Returns the paths of these links in no order. */
export async function readLinkPaths(source: SearchSource, links: readonly StoredLink[]): Promise<LinkPath[]> {
  const paths: LinkPath[] = [];
  const wanted = new Set(links.map(keyOf));
  const laters = [...new Set(links.map(({ later }) => later))];
  for (let from = 0; from < laters.length; from += PAGE)
    for (const path of await readPaths(source, laters.slice(from, from + PAGE)))
      if (wanted.has(keyOf(path))) paths.push(path);
  return paths;
}

function keyOf({ earlier, later, kind }: StoredLink): string {
  return `${earlier} ${later} ${kind}`;
}

async function readPaths(source: SearchSource, laters: readonly number[]): Promise<LinkPath[]> {
  const { dialect } = source;
  const rows = await source.rows<Nullable<LinkPath>>(
    sql`WITH wanted(node) AS (${dialect.ids(laters)})
      SELECT l.earlier, l.later, l.kind, l.evidence, nullif(f.path, '') AS from_path, nullif(t.path, '') AS to_path
      FROM wanted w ${dialect.join} link_path l ON l.later = w.node
        LEFT JOIN json_path f ON f.id = l.from_path LEFT JOIN json_path t ON t.id = l.to_path LIMIT ${MOST}`,
  );
  return rows.map((row) => factsOf<LinkPath>(row));
}
