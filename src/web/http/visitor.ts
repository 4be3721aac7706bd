/**
 * Who asks, and which labs are meant: those of the address, as far as the visitor may see them. Node only.
 * @module
 */
import type { Context } from 'hono';
import type { Labs } from '../../questions/scope';
import { Refusal } from './problem';

/** Who asks, as far as it matters for the answer. */
export interface Visitor {
  /** The only lab that is shown to it. */
  lab?: string;
}

/** What the application knows of a request beside what is in it. */
export interface SiteEnv {
  Bindings: { visitor?: Visitor };
}

/** The lab that an address names (`lab`); undefined: it names none. */
export function namedLab({ req }: Context<SiteEnv>): string | undefined {
  return req.query('lab') || undefined;
}

/**
 * The labs that a request is about. `labs`: where it names none.
 * @throws Refusal where the visitor may not see the lab that is named
 */
export function labsOf(context: Context<SiteEnv>, labs: Labs): Labs {
  const named = namedLab(context);
  // What is called without a server (tests of one handler) has no environment.
  const own = (context.env as SiteEnv['Bindings'] | undefined)?.visitor?.lab;
  if (own === undefined) return named === undefined ? labs : { lab: named, only_lab: named };
  if (named === undefined || named === own) return { lab: own, only_lab: own, confined: true };
  throw new Refusal({ status: 403, code: 'OTHER_LAB', detail: `This token is only for lab ${own}.` });
}

/** Parameters of the query and of the path, as text. `lab` is for {@link labsOf}. */
export function given({ req }: Context<SiteEnv>): Record<string, string> {
  const { lab: _, ...query } = req.query();
  return { ...query, ...req.param() };
}
