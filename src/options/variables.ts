/**
 * Environment variables that configure worker and command line alike. They override the config file, and are
 * overridden by options in code or flags. An empty one counts as not set. Node only.
 * @module
 */
import { resolve } from 'node:path';
import { ProvenanceError } from '../errors';
import type { SpoolPlace } from '../record/delivery/spool-place';
import { LAB_NAME } from './schema';

/** Environment variable that names the store. */
export const STORE_VARIABLE = 'PROVENANCE_STORE';
const LAB_VARIABLE = 'PROVENANCE_LAB';
const SPOOL_VARIABLE = 'PROVENANCE_SPOOL';

/** Variables by name, such as `process.env`. */
export type Variables = { readonly [name: string]: string | undefined };

/** The lab that the environment names. @throws OPTION_INVALID */
export function labVariable(env: Variables): string | undefined {
  const lab = env[LAB_VARIABLE] || undefined;
  if (lab === undefined || LAB_NAME.test(lab)) return lab;
  throw new ProvenanceError('OPTION_INVALID', `${LAB_VARIABLE} must be a name of 1 to 200 characters.`);
}

/** The spool's folder that the environment names, made absolute. */
export function spoolVariable(env: Variables, cwd: string): string | undefined {
  const folder = env[SPOOL_VARIABLE] || undefined;
  return folder === undefined ? undefined : resolve(cwd, folder);
}

/** The spool's options: from code, else from the file. If code names no folder, the environment's is used. */
export function spoolOf(own: SpoolPlace | undefined, file: SpoolPlace | undefined): SpoolPlace | undefined {
  const folder = spoolVariable(process.env, process.cwd());
  const given = own ?? file;
  return folder !== undefined && own?.folder === undefined ? { ...given, folder } : given;
}
