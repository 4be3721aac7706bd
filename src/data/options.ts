/**
 * The options for the data that runs name. Node only.
 * @module
 */

/** Which files and folders are examined, and under which names. */
export interface DataOptions {
  /** Folders that have the same name on all machines: `{ data: '/mnt/beamline' }`. @defaultValue none */
  roots?: { [name: string]: string };
  /** Patterns of names that are left out: `*.tmp`, `/scratch/**`. @defaultValue none */
  ignore?: string[];
  /** Largest file or directory that is digested, in bytes. @defaultValue 4294967296 (4 GiB) */
  maxHashBytes?: number;
}
