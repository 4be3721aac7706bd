/**
 * The visitor of a request, and the labs that it may see. Node only.
 * @module
 */
import type { Context } from 'hono';
import type { Labs } from '../../questions/scope';
import { Refusal } from './problem';

/** The visitor of a request. */
export interface Visitor {
  /** The only lab that it may see. */
  lab?: string;
}

/** Facts about a request that are not part of it. */
export interface SiteEnv {
  Bindings: { visitor?: Visitor };
}

/** Returns the lab of an address (`lab`); undefined if it names none. */
export function namedLab({ req }: Context<SiteEnv>): string | undefined {
  return req.query('lab') || undefined;
}

/**
 * Returns the labs of a request. `labs`: the default.
 * @throws Refusal if the visitor may not see the named lab
 */
export function labsOf(context: Context<SiteEnv>, labs: Labs): Labs {
  const named = namedLab(context);
  // A handler called without a server (in tests) has no environment.
  const own = (context.env as SiteEnv['Bindings'] | undefined)?.visitor?.lab;
  if (own === undefined) return named === undefined ? labs : { lab: named, only_lab: named };
  if (named === undefined || named === own) return { lab: own, only_lab: own, confined: true };
  throw new Refusal({ status: 403, code: 'OTHER_LAB', detail: `This token is only for lab ${own}.` });
}

/** Returns the parameters of the query and of the path as text, without `lab` (see {@link labsOf}). */
export function given({ req }: Context<SiteEnv>): Record<string, string> {
  const { lab: _, ...query } = req.query();
  return { ...query, ...req.param() };
}
