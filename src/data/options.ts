/**
 * What a lab may say of the data that its runs name. Node only.
 * @module
 */

/** Which files and folders are looked at, and under which names. */
export interface DataOptions {
  /** Folders that have the same name on all machines: `{ data: '/mnt/beamline' }`. */
  roots?: { [name: string]: string };
  /** Patterns of names that are left out: `*.tmp`, `/scratch/**`. */
  ignore?: string[];
  /** Largest file or directory that is digested. @defaultValue 4294967296 */
  maxHashBytes?: number;
}
