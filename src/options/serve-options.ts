/**
 * The options of `serve` in the config file: who may read, its host names, and the address of Temporal's Web
 * UI. Node only.
 * @module
 */
import type { z as zod } from 'zod';

/** A token in the config file. */
export interface TokenEntry {
  /** The owner's name. */
  name: string;
  /** SHA-256 of the token's text, hex. */
  sha256: string;
  /** The only lab that the token may read; if absent, all labs. */
  lab?: string;
}

/** Options of `serve` in the config file. */
export interface ServeFileOptions {
  /** The tokens that may read. Without any, everyone who reaches the address may read. */
  tokens?: TokenEntry[];
  /** Host names under which a proxy reaches the server. */
  allowHosts?: string[];
  /** Address of Temporal's Web UI, for links: `https://temporal.example.org`. */
  temporalUi?: string;
}

/** The message for an invalid address. */
export const NO_WEB_ADDRESS = 'must be an address that begins with http:// or https://';

/** True for an address to which a browser may be sent. */
export function isWebAddress(text: string): boolean {
  return /^https?:\/\//i.test(text) && URL.canParse(text);
}

/** The schema of the options of `serve`. `lab` is the schema of a lab's name. */
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
