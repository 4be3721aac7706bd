/**
 * Variables of the environment that configure worker and command line alike. They stand between the config file and what is given
 * in code or by a flag; an empty one is not set. Node only.
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

/** Variables by name, as of `process.env`. */
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

/** The spool as code gives it, else as the file does, in the folder of the environment where code names none. */
export function spoolOf(own: SpoolPlace | undefined, file: SpoolPlace | undefined): SpoolPlace | undefined {
  const folder = spoolVariable(process.env, process.cwd());
  const given = own ?? file;
  return folder !== undefined && own?.folder === undefined ? { ...given, folder } : given;
}
