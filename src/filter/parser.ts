/**
 * The filter language: the visibility queries that Temporal users type, parsed into a {@link Filter}. Example:
 * `plan_name = 'scan' AND (operator = 'Ada' OR sample.name IN ('A', 'B')) AND time > '2026-11-01' ORDER BY
 * scan_id DESC`. Fields are resolved and values are checked against their type here, while the position in the
 * text is known for messages. Ages (`'7d'`) become times by this machine's clock.
 * @module
 */

import { nearestName } from '../model/nearest-name';
import type { Field, FieldCatalogue, Literal } from './fields';
import type { ComparisonOperator, Condition, Filter } from './filter';
import { FOREIGN, isKeyword, KEYWORDS, literalOf, OPERATORS } from './keywords';
import { RUN_FIELDS } from './run-fields';
import { fail, type Token, tokenize } from './tokens';
import { coerce, type ValueUse } from './values';

export { FilterError } from './tokens';

/** Deepest nesting of brackets and NOT. */
export const MAX_FILTER_DEPTH = 100;

/** The most values and conditions of one filter. */
const MAX_FILTER_VALUES = 2000;

/**
 * Parses a filter text. An empty text filters nothing.
 * @param now the time from which ages count back, in UNIX seconds
 * @throws FilterError (`FILTER_INVALID`) with the position and the solution
 */
export function parseFilter(
  text: string,
  fields: FieldCatalogue = RUN_FIELDS,
  now = Date.now() / 1000,
): Filter {
  return new Parser(tokenize(text), fields, now).filter();
}

/** Recursive descent over the tokens; one method per rule of the grammar in docs/reference/filters.md. */
class Parser {
  readonly #tokens: readonly Token[];
  readonly #fields: FieldCatalogue;
  readonly #now: number;
  #at = 0;
  #depth = 0;
  #values = 0;

  constructor(tokens: readonly Token[], fields: FieldCatalogue, now: number) {
    this.#tokens = tokens;
    this.#fields = fields;
    this.#now = now;
  }

  filter(): Filter {
    const filter: Filter = {};
    if (!this.#peekKeyword('ORDER') && this.#peek.kind !== 'end') filter.where = this.#or();
    if (this.#keyword('ORDER')) filter.order = this.#order();
    if (this.#peek.kind === 'end') return filter;
    const way = FOREIGN.get(this.#peek.text.toUpperCase());
    return fail(this.#peek, way ?? 'expected AND, OR, ORDER BY or the end.');
  }

  #or(): Condition {
    const conditions = [this.#and()];
    while (this.#keyword('OR')) conditions.push(this.#and());
    return conditions.length === 1 ? conditions[0]! : { op: 'or', conditions };
  }

  #and(): Condition {
    const conditions = [this.#not()];
    while (this.#keyword('AND')) conditions.push(this.#not());
    return conditions.length === 1 ? conditions[0]! : { op: 'and', conditions };
  }

  #not(): Condition {
    const start = this.#peek;
    if (++this.#depth > MAX_FILTER_DEPTH) fail(start, `nested deeper than ${MAX_FILTER_DEPTH} levels.`);
    const condition = this.#negationOrPrimary();
    this.#depth -= 1;
    return condition;
  }

  #negationOrPrimary(): Condition {
    if (this.#keyword('NOT')) return { op: 'not', condition: this.#not() };
    if (!this.#symbol('(')) return this.#predicate();
    const condition = this.#or();
    if (!this.#symbol(')')) fail(this.#peek, 'expected AND, OR or a closing bracket.');
    return condition;
  }

  #predicate(): Condition {
    const name = this.#next();
    if (name.kind === 'name' && this.#symbol('(')) return this.#relation(name);
    const field = this.#field(name);
    const operator = this.#next();
    if (operator.kind === 'symbol' && OPERATORS.has(operator.text)) return this.#comparison(field, operator);
    if (isKeyword(operator, 'IS')) {
      const negated = this.#keyword('NOT');
      if (!this.#keyword('NULL')) fail(this.#peek, 'expected NULL: write IS NULL or IS NOT NULL.');
      this.#count(name);
      return { op: 'is-null', field, negated };
    }
    const negated = isKeyword(operator, 'NOT');
    const word = negated ? this.#next() : operator;
    if (isKeyword(word, 'IN')) return { op: 'in', field, values: this.#list(field), negated };
    if (isKeyword(word, 'BETWEEN')) return this.#between(field, negated);
    if (isKeyword(word, 'STARTS_WITH')) {
      const prefix = this.#prefix(field);
      return { op: 'starts-with', field, prefix, negated };
    }
    if (negated) return fail(word, 'expected IN, BETWEEN or STARTS_WITH after NOT.');
    return this.#operatorFault(word, name);
  }

  /** `upstream_of('REF')`: true or false, like a field. */
  #relation(name: Token): Condition {
    const { relations = [] } = this.#fields;
    const relation = relations.find((one) => one === name.text);
    if (!relation) {
      const known = relations.map((one) => `${one}('…')`).join(', ');
      return fail(name, known ? `only ${known} can precede a bracket.` : 'a field has no bracket.');
    }
    const word = this.#next();
    if (word.kind !== 'string')
      return fail(word, `${relation} needs its argument in quotes: ${relation}('report.html').`);
    if (!this.#symbol(')')) return fail(this.#peek, 'expected a closing bracket.');
    this.#count(name);
    const { position } = name;
    const field = { kind: 'lineage', path: [relation], relation, ref: word.string!, position } as const;
    return { op: 'compare', field, operator: '=', value: true };
  }

  #operatorFault(word: Token, name: Token): never {
    const foreign = FOREIGN.get(word.text.toUpperCase());
    if (word.kind === 'name' && foreign) return fail(word, `${word.text} is not supported: ${foreign}`);
    return fail(
      word,
      `expected =, !=, <, <=, >, >=, IN, BETWEEN, STARTS_WITH or IS after the field ${name.text} (put strings in quotes).`,
    );
  }

  #comparison(field: Field, operator: Token): Condition {
    const sign = (operator.text === '<>' ? '!=' : operator.text) as ComparisonOperator;
    const value = this.#value(field, sign === '=' || sign === '!=' ? 'equality' : 'order');
    return { op: 'compare', field, operator: sign, value };
  }

  #between(field: Field, negated: boolean): Condition {
    const low = this.#value(field, 'order');
    if (!this.#keyword('AND')) fail(this.#peek, 'expected AND: BETWEEN a AND b.');
    const end = this.#peek;
    const high = this.#value(field, 'order');
    if (typeof low !== typeof high) fail(end, 'both ends of BETWEEN must have the same type.');
    return { op: 'between', field, low, high, negated };
  }

  #list(field: Field): Literal[] {
    if (!this.#symbol('(')) fail(this.#peek, "IN needs a list in brackets: IN ('A', 'B').");
    const values = [this.#value(field, 'equality')];
    while (this.#symbol(',')) values.push(this.#value(field, 'equality'));
    if (!this.#symbol(')')) fail(this.#peek, 'expected a comma or the closing bracket of the list.');
    return values;
  }

  #prefix(field: Field): string {
    const token = this.#peek;
    const value = this.#value(field, 'prefix');
    if (typeof value !== 'string') fail(token, 'STARTS_WITH needs a string in quotes.');
    return value as string;
  }

  #value(field: Field, use: ValueUse): Literal {
    const token = this.#next();
    const literal = literalOf(token);
    this.#count(token);
    if (field.kind !== 'column') return literal;
    const coerced = coerce(field, literal, use, this.#now);
    return 'value' in coerced ? coerced.value : fail(token, coerced.fault);
  }

  #count(token: Token): void {
    if (++this.#values > MAX_FILTER_VALUES)
      fail(token, `more than ${MAX_FILTER_VALUES} values and conditions.`);
  }

  #field(token: Token): Field {
    if (token.kind !== 'name' || (!token.quoted && KEYWORDS.has(token.text.toUpperCase()))) {
      const hint = token.kind === 'name' ? `; put a field of that name in backquotes: \`${token.text}\`` : '';
      return fail(token, `expected a field name${hint}.`);
    }
    const field = this.#fields.resolve(token.path!);
    if (field) return field;
    const near = nearestName(token.path!.join('.'), this.#fields.names);
    return fail(
      token,
      `this field can't be searched${near ? `; did you mean ${near}?` : '; `temporal-provenance help filters` lists the fields.'}`,
    );
  }

  #order(): NonNullable<Filter['order']> {
    if (!this.#keyword('BY')) fail(this.#peek, 'expected ORDER BY.');
    const order: NonNullable<Filter['order']> = [];
    do {
      const name = this.#next();
      const field = this.#field(name);
      if ('order_by' in field && field.order_by !== undefined)
        fail(name, `this field cannot be sorted; use ORDER BY ${field.order_by}.`);
      this.#count(name);
      const descending = this.#keyword('DESC');
      if (!descending) this.#keyword('ASC');
      order.push({ field, direction: descending ? 'desc' : 'asc' });
    } while (this.#symbol(','));
    return order;
  }

  get #peek(): Token {
    return this.#tokens[this.#at]!;
  }

  #next(): Token {
    const token = this.#peek;
    if (token.kind !== 'end') this.#at += 1;
    return token;
  }

  #symbol(text: string): boolean {
    const there = this.#peek.kind === 'symbol' && this.#peek.text === text;
    if (there) this.#at += 1;
    return there;
  }

  #peekKeyword(word: string): boolean {
    return isKeyword(this.#peek, word);
  }

  #keyword(word: string): boolean {
    const there = this.#peekKeyword(word);
    if (there) this.#at += 1;
    return there;
  }
}
