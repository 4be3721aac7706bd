/**
 * What the config file says to `serve`: who may read, by what names it is reached, where Temporal's Web UI is. Node only.
 * @module
 */
import type { z as zod } from 'zod';

/** A token, as the config file has it. */
export interface TokenEntry {
  /** Whose it is. */
  name: string;
  /** Of the token's text, hex. */
  sha256: string;
  /** The only lab that it may read; absent: all. */
  lab?: string;
}

/** Options of `serve` in the config file. */
export interface ServeFileOptions {
  /** Who may read; without any, who reaches the address. */
  tokens?: TokenEntry[];
  /** Names by which a proxy reaches it. */
  allowHosts?: string[];
  /** Address of Temporal's Web UI, for links: `https://temporal.example.org`. */
  temporalUi?: string;
}

/** What is said of an address that is none. */
export const NO_WEB_ADDRESS = 'must be an address that begins with http:// or https://';

/** True of an address that a browser may be sent to. */
export function isWebAddress(text: string): boolean {
  return /^https?:\/\//i.test(text) && URL.canParse(text);
}

/** Their schema. `lab`: that of a lab's name. */
export function serveSchema(z: typeof zod, lab: zod.ZodType) {
  const token = {
    name: z.string().min(1).max(200),
    sha256: z.string().regex(/^[0-9a-f]{64}$/, {
      error: 'must be the 64 hex digits that `temporal-provenance token` prints',
    }),
    lab: lab.optional(),
  } satisfies { [Name in keyof Required<TokenEntry>]: zod.ZodType };
  const shape = {
    tokens: z.array(z.strictObject(token)).optional(),
    allowHosts: z.array(z.string().min(1)).optional(),
    temporalUi: z.string().refine(isWebAddress, { error: NO_WEB_ADDRESS }).optional(),
  } satisfies { [Name in keyof Required<ServeFileOptions>]: zod.ZodType };
  return z.strictObject(shape);
}
