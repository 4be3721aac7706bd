/**
 * The addresses of the lineage page. They determine everything that it shows, so each change is a link. Node only.
 * @module
 */
import { z } from 'zod';
import type { Side, SideOf } from '../../../questions/lineage/map/map-answers';
import { LINK_ORDERS, NODE_ORDERS } from '../../../questions/lineage/map/table';
import { type Parameters, to } from '../../links';
import { drawn, listText, surroundings } from '../../questions/lineage-inputs';

const ORDERS = [...new Set<string>([...NODE_ORDERS, ...LINK_ORDERS])].flatMap((name) => [name, `-${name}`]);

/** The parameters of the page. */
export const lineageInput = z.object({
  ...surroundings,
  focus: surroundings.focus.or(z.literal('')).default(''),
  ...drawn,
  data: z.stringbool().default(false),
  beside: z.stringbool().default(false),
  as: z.enum(['map', 'table']).default('map'),
  of: z.enum(['nodes', 'links']).default('nodes'),
  sort: z.enum(ORDERS as [string, ...string[]]).default('depth'),
  after: z.string().max(20).optional(),
});

/** The parsed parameters. */
export type LineageInput = z.infer<typeof lineageInput>;

/** The parameters that a link may change. */
export type Changes = Partial<LineageInput>;

/** Returns the parameters of an address, without defaults. */
export function parametersOf(input: LineageInput): Record<string, string | number | undefined> {
  const { up, down, open, closed, to: end, kind, evidence, as_of, plan, pulled, apart } = input;
  const sides = (list: readonly SideOf[]) =>
    listText(list.map(({ side, id }) => `${side} ${id}`)) || undefined;
  return {
    up: up === 2 ? undefined : up,
    down: down === 1 ? undefined : down,
    open: sides(open),
    closed: sides(closed),
    to: end,
    kind: kind?.join(','),
    evidence: evidence?.join(','),
    as_of: as_of?.text,
    plan: plan ? '1' : undefined,
    pulled: listText(pulled) || undefined,
    apart: listText(apart) || undefined,
    data: input.data ? '1' : undefined,
    beside: input.beside ? '1' : undefined,
    as: input.as === 'map' ? undefined : input.as,
    of: input.of === 'nodes' ? undefined : input.of,
    sort: input.sort === 'depth' ? undefined : input.sort,
    after: input.after,
    node: input.node,
    link: input.link,
    find: input.find,
  };
}

/** Builds addresses with changes to the current one. */
export class Addresses {
  readonly input: LineageInput;

  constructor(input: LineageInput) {
    this.input = input;
  }

  /** Returns the address with changes. The selection and the page of a table are removed unless they are set. */
  with(changes: Changes): string {
    const kept = { ...this.input, node: undefined, link: undefined, find: undefined, after: undefined };
    const { focus, ...rest } = { ...kept, ...changes };
    return to.lineage(focus, parametersOf({ focus, ...rest }));
  }

  /** Returns the address that starts from this node. */
  about(focus: string): string {
    return to.lineage(focus, { as_of: this.input.as_of?.text });
  }

  /** Returns the address with a side of a node expanded by one link. */
  opened(side: Side, id: string): string {
    const { open, closed } = this.input;
    const others = open.filter((one) => one.side !== side || one.id !== id);
    return this.with({ open: [...others, { side, id }], closed: withoutSide(closed, side, id) });
  }

  /** Returns the address with a side of a node collapsed. */
  folded(side: Side, id: string): string {
    const { open, closed } = this.input;
    return this.with({
      open: withoutSide(open, side, id),
      closed: [...withoutSide(closed, side, id), { side, id }],
    });
  }

  chosen(node: string): string {
    return `${this.with({ node })}#chosen`;
  }

  line(from: string, to: string): string {
    return `${this.with({ link: listText([from, to]) })}#chosen`;
  }

  /** Returns the hidden fields of a form that changes only `names`. */
  fields(...names: readonly string[]): [name: string, value: string][] {
    const all: Parameters = { focus: this.input.focus, ...parametersOf(this.input) };
    const left = ['node', 'link', 'find', 'after', ...names];
    return Object.entries(all).flatMap(([name, value]) =>
      value === undefined || left.includes(name) ? [] : [[name, String(value)]],
    );
  }
}

function withoutSide(list: readonly SideOf[], side: Side, id: string): SideOf[] {
  return list.filter((one) => one.side !== side || one.id !== id);
}

/** Returns the API address of the drawing. */
export function mapParameters(input: LineageInput): Parameters {
  const { data, beside, as, of, sort, after, ...parameters } = parametersOf(input);
  return { focus: input.focus, ...parameters };
}

/** Returns the API address of a table. */
export function tableParameters(input: LineageInput): Parameters {
  const { data, beside, as, of, plan, pulled, apart, node, link, ...parameters } = parametersOf(input);
  return { focus: input.focus, ...parameters };
}
