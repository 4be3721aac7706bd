/**
 * What an address of the API says: its parameters, checked, and the labs that are meant. Node only.
 * @module
 */
import type { Context } from 'hono';
import type { z } from 'zod';
import type { Labs } from '../../questions/scope';
import { invalidInput } from '../http/parameters';
import { Refusal } from '../http/problem';
import { labsOf, namedLab, type SiteEnv } from '../http/visitor';
import type { Frames } from '../pages/frames';

/** Reads addresses. */
export class Address {
  readonly #labs: Labs;
  readonly #frames: Frames;

  /** @param labs those that are meant where an address names none */
  constructor(labs: Labs, frames: Frames) {
    this.#labs = labs;
    this.#frames = frames;
  }

  /** The labs that a request is about. @throws (rejects) Refusal where it may not see the lab that it names, or there is none of the name */
  async labs(context: Context<SiteEnv>): Promise<Labs> {
    const labs = labsOf(context, this.#labs);
    if (namedLab(context) !== undefined) await this.#frames.of(labs);
    return labs;
  }

  /** The parameters as a schema gives them. @throws Refusal */
  input<Value>(
    context: Context<SiteEnv>,
    schema: z.ZodType<Value>,
    more: Record<string, string> = {},
  ): Value {
    const { shape } = schema as unknown as z.ZodObject;
    return checked([...Object.keys(shape), 'lab'], () => schema.parse({ ...given(context), ...more }));
  }
}

/**
 * Parameters of the query and of the path, as text, but for `lab`.
 * @throws Refusal where one is given twice
 */
export function given({ req }: Context<SiteEnv>): Record<string, string> {
  const { lab, ...queries } = req.queries();
  for (const [parameter, { length }] of Object.entries({ ...queries, lab: lab ?? [] }))
    if (length > 1)
      throw new Refusal({
        status: 400,
        code: 'INPUT_INVALID',
        detail: `Parameter '${parameter}' was given ${length} times. Give it once.`,
        parameter,
      });
  const once = Object.entries(queries).map(([name, [value = '']]) => [name, value]);
  return { ...Object.fromEntries(once), ...req.param() };
}

/** @param known names of the parameters that there are @throws Refusal where they are wrong */
export function checked<Value>(known: readonly string[], parse: () => Value): Value {
  try {
    return parse();
  } catch (error) {
    throw new Refusal(invalidInput(error as z.ZodError, known));
  }
}
