/** docs/reference/sql-views.md has the columns of every view in their order, and its queries run. */
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { MIGRATIONS } from '../../src/store/migrations';
import { VIEWS } from '../../src/store/views';
import { namesUnder, referencePage, sectionOf } from './reference';

const page = referencePage('sql-views');
const store = new Database(':memory:');
for (const { sql } of MIGRATIONS) store.exec(sql.sqlite ?? '');
store.exec(VIEWS.sqlite);

const views = store
  .prepare<[], { name: string }>("SELECT name FROM sqlite_master WHERE type = 'view' ORDER BY name")
  .all()
  .map(({ name }) => name);

function columnsOf(view: string): string[] {
  return store
    .prepare<[string], { name: string }>('SELECT name FROM pragma_table_info(?)')
    .all(view)
    .map(({ name }) => name);
}

describe('the page of the views', () => {
  it('has a section for each view', () => {
    const headings = [...page.matchAll(/^## ([a-z_]+)$/gm)].map(([, name = '']) => name);
    expect(headings.sort()).toEqual(views);
  });

  it.each(views)('has the columns of %s', (view) => {
    expect(namesUnder(page, `## ${view}`)).toEqual(columnsOf(view));
  });

  it('has queries that a store answers', () => {
    const queries = [...sectionOf(page, '## Examples').matchAll(/```sql\n([\s\S]*?)```/g)];
    expect(queries.length).toBeGreaterThan(1);
    for (const [, query = ''] of queries) expect(store.prepare(query).all()).toEqual([]);
  });
});
