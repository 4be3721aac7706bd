/**
 * Parsing of API addresses: the checked parameters, and the selected labs. Node only.
 * @module
 */
import type { Context } from 'hono';
import type { z } from 'zod';
import type { Labs } from '../../questions/scope';
import { invalidInput } from '../http/parameters';
import { Refusal } from '../http/problem';
import { labsOf, namedLab, type SiteEnv } from '../http/visitor';
import type { Frames } from '../pages/frames';

/** Parses addresses. */
export class Address {
  readonly #labs: Labs;
  readonly #frames: Frames;

  /** @param labs the default labs if an address names none */
  constructor(labs: Labs, frames: Frames) {
    this.#labs = labs;
    this.#frames = frames;
  }

  /** Returns the labs of a request. @throws (rejects) Refusal if it may not see the named lab, or there is no such lab */
  async labs(context: Context<SiteEnv>): Promise<Labs> {
    const labs = labsOf(context, this.#labs);
    if (namedLab(context) !== undefined) await this.#frames.of(labs);
    return labs;
  }

  /** Parses the parameters with a schema. @throws Refusal */
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
 * Returns the parameters of the query and of the path as text, without `lab`.
 * @throws Refusal if one is given twice
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

/** @param known the names of all parameters @throws Refusal if a parameter is invalid */
export function checked<Value>(known: readonly string[], parse: () => Value): Value {
  try {
    return parse();
  } catch (error) {
    throw new Refusal(invalidInput(error as z.ZodError, known));
  }
}
