/**
 * SQL that tests the value at a place in a recorded result or argument. It reads the document itself. A list passes if one of its
 * elements does. The path may go through one list of objects. It may also go through a mark of a non-JSON value, at its beginning
 * and at its end. Values that were taken before the rest was cut (`temporal.indexed`) count as the values at the place. Node
 * only.
 * @module
 */

import type { Literal } from '../../../filter/fields';
import { formatPlace } from '../../../filter/format';
import type { Leaf, Test } from '../../../filter/normal-form';
import { UNREAD_MARKS } from '../../../model/unread-values';
import { documentSteps, type ValuePath, type ValueStep } from '../../../model/value-path';
import { rangeTest } from '../columns/columns';
import type { SearchDialect } from '../dialect';
import { type Fragment, join, list, raw, sql } from '../fragment';
import { byType, type JsonPlace, type JsonType, type ScalarType } from './json-place';

/** Structures that the path to a place may pass through. */
interface Way {
  lists: boolean;
  marks: boolean;
}

const ANY_WAY: Way = { lists: true, marks: true };
/** More values are bound as one parameter, because each is compared in several places. */
const MANY_VALUES = 16;
const SCALARS: readonly ScalarType[] = ['number', 'text', 'boolean'];
const TYPE_OF: Readonly<Record<string, ScalarType>> = {
  number: 'number',
  string: 'text',
  boolean: 'boolean',
};

/** The expressions of one test or order, for each kind of value at a place. */
interface Terms {
  /** For a single value. */
  scalar(place: JsonPlace, type: ScalarType): Fragment;
  /** For the rows of a table. */
  any(table: Fragment, one: Fragment, where?: Fragment): Fragment;
  /** For several paths. */
  either(ways: readonly Fragment[]): Fragment;
  /** For a value that is not single. Undefined: the elements of the value are tested. */
  readonly there?: Fragment;
  readonly none: Fragment;
}

/** The tests of one place in results or arguments. */
export class ValueTests {
  readonly #dialect: SearchDialect;
  readonly #path: ValuePath;
  /** Steps below the root, which is the result or one argument. */
  readonly #steps: readonly ValueStep[];
  readonly #root: readonly ValueStep[];

  constructor(dialect: SearchDialect, path: ValuePath) {
    this.#dialect = dialect;
    this.#path = path;
    const all = documentSteps(path);
    this.#root = all.slice(0, 3);
    this.#steps = all.slice(3);
  }

  /**
   * True if the document passes. Most values are single, so a single value is tested first.
   * @param loose a value that can't be read passes too
   */
  holds(document: Fragment, { test, negated }: Pick<Leaf, 'test' | 'negated'>, loose: boolean): Fragment {
    const leaf = this.#dialect.place(document, [...this.#root, ...this.#steps]);
    const single = (type: ScalarType) => {
      const passes = this.#scalarTest(leaf, type, test);
      return negated ? sql`(NOT ${passes})` : passes;
    };
    const otherwise = this.#holdsElse(document, { test, negated }, loose);
    const branches = { number: single('number'), boolean: single('boolean'), text: single('text') };
    const masked = this.#masked(leaf);
    if (test.kind !== 'present' && loose) branches.text = sql`(${branches.text} OR ${masked})`;
    else if (test.kind !== 'present' && negated) branches.text = sql`(${branches.text} AND NOT ${masked})`;
    const { yes, no } = this.#dialect;
    const nothing = negated && test.kind === 'present' ? yes : no;
    const absent = sql`CASE WHEN ${this.#hasOtherAbove(document)} THEN ${otherwise} ELSE ${nothing} END`;
    return byType(
      this.#dialect.types,
      leaf,
      { ...branches, list: otherwise, object: otherwise, null: otherwise },
      { otherwise: absent },
    );
  }

  /** False if only plain objects are above the place. A value that is not found there is then really absent. */
  #hasOtherAbove(document: Fragment): Fragment {
    const { types, yes, no } = this.#dialect;
    const ways = this.#steps.map((_step, i) => {
      const above = this.#dialect.place(document, [...this.#root, ...this.#steps.slice(0, i)]);
      const marked = sql`(${above.at(['$js']).type} IS NOT NULL OR ${above.at(['digest']).type} IS NOT NULL)`;
      return byType(types, above, { list: yes, text: yes, object: marked }, { otherwise: no });
    });
    return join(ways, 'OR', no);
  }

  #masked(place: JsonPlace): Fragment {
    return sql`(${place.read('text')} LIKE '%[redacted]%')`;
  }

  #holdsElse(
    document: Fragment,
    { test, negated }: Pick<Leaf, 'test' | 'negated'>,
    loose: boolean,
  ): Fragment {
    const presence = test.kind === 'present';
    const passes = this.#passes(document, test);
    const unseen = this.#unseen(document, !presence);
    const there = presence ? this.#dialect.yes : this.#passes(document, { kind: 'present' });
    const holds = negated ? sql`(${there} AND NOT ${passes})` : passes;
    if (loose) return sql`(${holds} OR ${unseen})`;
    return negated ? sql`(${holds} AND NOT ${unseen})` : holds;
  }

  #passes(document: Fragment, test: Test): Fragment {
    const { yes, no } = this.#dialect;
    const terms: Terms = {
      scalar: (place, type) => this.#scalarTest(place, type, test),
      any: (table, one, where = yes) => sql`(EXISTS (SELECT 1 FROM ${table} WHERE ${where} AND ${one}))`,
      either: (ways) => join(ways, 'OR', no),
      ...(test.kind === 'present' && { there: yes }),
      none: no,
    };
    return this.#ask(document, terms);
  }

  /** Returns the value for an order, in the form of the index; for a list its smallest. NULL if there is none. */
  order(document: Fragment): Fragment {
    const { yes } = this.#dialect;
    const terms: Terms = {
      scalar: (place, type) => this.#encoded(place, type),
      any: (table, one, where = yes) => sql`(SELECT min(${one}) FROM ${table} WHERE ${where})`,
      either: (ways) => (ways.length > 1 ? sql`coalesce(${list(ways)})` : (ways[0] ?? NOTHING)),
      none: NOTHING,
    };
    const leaf = this.#dialect.place(document, [...this.#root, ...this.#steps]);
    const single = Object.fromEntries(SCALARS.map((type) => [type, this.#encoded(leaf, type)]));
    const value = byType(this.#dialect.types, leaf, single, { otherwise: this.#ask(document, terms) });
    return this.#dialect.byCodePoint(value);
  }

  /**
   * True if the record does not contain the full value: it is a digest, withheld, masked or unread.
   * @param leaf also tests the value at the end of the path
   */
  #unseen(document: Fragment, leaf: boolean): Fragment {
    const root = this.#dialect.place(document, this.#root);
    const any: Terms['any'] = (table, _one, where) => sql`(EXISTS (SELECT 1 FROM ${table} WHERE ${where!}))`;
    const taken = this.#taken(document, any, this.#dialect.no, () => this.#dialect.yes);
    return sql`(${this.#cut(root, this.#steps, leaf, ANY_WAY)} AND NOT ${taken})`;
  }

  #ask(document: Fragment, terms: Terms): Fragment {
    const found = this.#find(this.#dialect.place(document, this.#root), this.#steps, ANY_WAY, terms, 'e');
    const inTaken = (place: JsonPlace) => this.#find(place, [], { lists: false, marks: true }, terms, 't');
    return terms.either([found, this.#taken(document, terms.any, terms.none, inTaken)]);
  }

  /** Tests the value that was taken from the whole result or arguments. */
  #taken(
    document: Fragment,
    any: Terms['any'],
    none: Fragment,
    one: (place: JsonPlace) => Fragment,
  ): Fragment {
    const { types, no } = this.#dialect;
    const all = this.#dialect.place(document, ['temporal', 'indexed']);
    const { table, element } = all.elements('taken');
    const name = element.at([0]);
    const isOwn = sql`${name.read('text')} = ${formatPlace(this.#path)}`;
    const own = byType(types, name, { text: isOwn }, { otherwise: no });
    return byType(types, all, { list: any(table, one(element.at([1])), own) }, { otherwise: none });
  }

  #find(place: JsonPlace, steps: readonly ValueStep[], way: Way, terms: Terms, alias: string): Fragment {
    const leaf = place.at(steps);
    const branches: { [type in JsonType]?: Fragment } = {};
    for (const type of SCALARS) branches[type] = terms.scalar(leaf, type);
    branches.list = terms.there ?? this.#inside(leaf, terms, alias);
    branches.object = terms.there ?? (way.marks ? this.#marked(leaf, [], terms) : terms.none);
    const absent = this.#above(place, steps, way, terms, alias);
    return byType(this.#dialect.types, leaf, branches, { otherwise: terms.none, absent });
  }

  #scalars(place: JsonPlace, terms: Terms): Fragment {
    const branches = Object.fromEntries(SCALARS.map((type) => [type, terms.scalar(place, type)]));
    return byType(this.#dialect.types, place, branches, { otherwise: terms.none });
  }

  #inside(leaf: JsonPlace, terms: Terms, alias: string): Fragment {
    const { table, element } = leaf.elements(`${alias}l`);
    return terms.any(table, this.#scalars(element, terms));
  }

  /** Tests the value behind the mark of a non-JSON value: a date, an instance of a class. */
  #marked(place: JsonPlace, steps: readonly ValueStep[], terms: Terms, way?: Way): Fragment {
    const value = place.at(['value']);
    const found = way
      ? this.#find(value, steps, { ...way, marks: false }, terms, 'm')
      : this.#scalars(value.at(steps), terms);
    return byType(this.#dialect.types, place.at(['$js']), { text: found }, { otherwise: terms.none });
  }

  #above(place: JsonPlace, steps: readonly ValueStep[], way: Way, terms: Terms, alias: string): Fragment {
    if (steps.length === 0) return terms.none;
    const ways = way.marks ? [this.#marked(place, steps, terms, way)] : [];
    if (way.lists) {
      for (const [i, step] of steps.entries()) {
        if (typeof step === 'number') continue;
        const above = place.at(steps.slice(0, i));
        const { table, element } = above.elements(`${alias}${i}`);
        const one = this.#find(element, steps.slice(i), { lists: false, marks: true }, terms, `${alias}${i}`);
        ways.push(
          byType(this.#dialect.types, above, { list: terms.any(table, one) }, { otherwise: terms.none }),
        );
      }
    }
    return ways.length > 0 ? terms.either(ways) : terms.none;
  }

  #cut(place: JsonPlace, steps: readonly ValueStep[], leaf: boolean, way: Way): Fragment {
    const { no, types } = this.#dialect;
    const ways = steps.map((step, i) =>
      this.#unread(place.at(steps.slice(0, i)), typeof step === 'string' && way.lists, `c${i}`),
    );
    if (way.marks && steps.length > 0) {
      const behind = this.#cut(place.at(['value']), steps, leaf, { ...way, marks: false });
      ways.push(byType(types, place.at(['$js']), { text: behind }, { otherwise: no }));
    }
    const end = place.at(steps);
    const absent = join(ways, 'OR', no);
    if (!leaf) return byType(types, end, {}, { otherwise: no, absent });
    return byType(types, end, this.#unreadBranches(end, true, 'c'), { otherwise: no, absent });
  }

  #unread(place: JsonPlace, lists: boolean, alias: string): Fragment {
    return byType(this.#dialect.types, place, this.#unreadBranches(place, lists, alias), {
      otherwise: this.#dialect.no,
    });
  }

  #unreadBranches(place: JsonPlace, lists: boolean, alias: string): { [type in JsonType]?: Fragment } {
    const branches: { [type in JsonType]?: Fragment } = {
      text: this.#masked(place),
      object: this.#unreadObject(place),
    };
    if (!lists) return branches;
    const { table, element } = place.elements(`${alias}u`);
    branches.list = sql`(EXISTS (SELECT 1 FROM ${table} WHERE ${this.#unread(element, false, alias)}))`;
    return branches;
  }

  /** True for a digest, or the mark of a value that was not read. */
  #unreadObject(place: JsonPlace): Fragment {
    const { no, yes, types } = this.#dialect;
    const marks = list(UNREAD_MARKS.map((mark) => sql`${mark}`));
    const [mark, type] = [place.at(['$js']), place.at(['type'])];
    const [digest, size] = [place.at(['digest']), place.at(['size_bytes'])];
    const typed = byType(types, type, { text: yes }, { otherwise: no });
    const sized = byType(types, size, { number: typed }, { otherwise: no });
    const digested = byType(types, digest, { text: sized }, { otherwise: no });
    return byType(types, mark, { text: sql`${mark.read('text')} IN (${marks})` }, { otherwise: digested });
  }

  #scalarTest(place: JsonPlace, type: ScalarType, test: Test): Fragment {
    const { yes, no } = this.#dialect;
    const bind = (value: Literal) => this.#dialect.literal(value, 'fact');
    switch (test.kind) {
      case 'present':
        return yes;
      case 'equals': {
        const wanted = test.values.filter((value) => TYPE_OF[typeof value] === type);
        if (wanted.length === 0) return no;
        const many = wanted.length > MANY_VALUES && this.#dialect.values(wanted, type);
        return sql`${place.read(type)} IN (${many || list(wanted.map(bind))})`;
      }
      case 'prefix':
        if (type !== 'text') return no;
        return sql`substr(${place.read('text')}, 1, ${raw(String([...test.prefix].length))}) = ${bind(test.prefix)}`;
      case 'range': {
        const end = (test.low ?? test.high)!.value;
        return TYPE_OF[typeof end] === type ? (rangeTest(place.read(type), test, bind) ?? yes) : no;
      }
    }
  }

  #encoded(place: JsonPlace, type: ScalarType): Fragment {
    if (type === 'number') return this.#dialect.encodedNumber(place.read('number'));
    if (type === 'text') return sql`('s:' || ${place.read('text')})`;
    return sql`(CASE WHEN ${place.read('boolean')} THEN 'b:true' ELSE 'b:false' END)`;
  }
}

/** A null value. A plain constant can't be used in an order. */
const NOTHING = raw('NULL');
