/**
 * Pieces of SQL with their parameters. All text comes from this product's source; every value is bound. Node only.
 * @module
 */

/** A value that SQLite binds. */
export type SqlValue = string | number;

/** A piece of SQL and the values of its `?`, in order. */
export class Fragment {
  readonly text: string;
  readonly values: readonly SqlValue[];

  constructor(text: string, values: readonly SqlValue[]) {
    this.text = text;
    this.values = values;
  }
}

/** A template tag: a {@link Fragment} is inserted as SQL, anything else is bound. */
export function sql(strings: TemplateStringsArray, ...parts: readonly (Fragment | SqlValue)[]): Fragment {
  let text = strings[0]!;
  const values: SqlValue[] = [];
  parts.forEach((part, i) => {
    text += part instanceof Fragment ? part.text : '?';
    if (part instanceof Fragment) values.push(...part.values);
    else values.push(part);
    text += strings[i + 1]!;
  });
  return new Fragment(text, values);
}

/**
 * Joins pieces by an operator, with brackets that form a balanced tree. SQLite allows a depth of 1000, which a flat chain of 1001
 * ANDs would exceed.
 */
export function join(pieces: readonly Fragment[], operator: 'AND' | 'OR', empty: Fragment): Fragment {
  if (pieces.length === 0) return empty;
  if (pieces.length === 1) return pieces[0]!;
  const middle = pieces.length >> 1;
  const left = join(pieces.slice(0, middle), operator, empty);
  const right = join(pieces.slice(middle), operator, empty);
  return operator === 'AND' ? sql`(${left} AND ${right})` : sql`(${left} OR ${right})`;
}

/** Joins pieces with a separator. */
export function list(pieces: readonly Fragment[], separator = ', '): Fragment {
  return new Fragment(
    pieces.map((piece) => piece.text).join(separator),
    pieces.flatMap((piece) => piece.values),
  );
}

/** Returns SQL from this product's source. */
export function raw(text: string): Fragment {
  return new Fragment(text, []);
}

/** Returns all rows of several one-column queries, as a balanced tree. SQLite joins at most 500 at one level. */
export function unionOf(queries: readonly Fragment[]): Fragment {
  if (queries.length === 1) return queries[0]!;
  const middle = queries.length >> 1;
  const [left, right] = [unionOf(queries.slice(0, middle)), unionOf(queries.slice(middle))];
  return sql`SELECT * FROM (${left}) a UNION ALL SELECT * FROM (${right}) b`;
}
