/**
 * Folders to which a lab gives the same name on all its machines: `{ data: '/mnt/beamline' }` turns
 * `/mnt/beamline/scan.h5` into `data/scan.h5`. Node only.
 * @module
 */
import { posix } from 'node:path';

/** A path, named by the root that contains it. */
export interface SiteName {
  /** Name of the root. */
  root: string;
  /** Name of the root, and the path below it. */
  site_name: string;
}

/** Named folders. */
export class Roots {
  readonly #roots: readonly (readonly [name: string, folder: string])[];

  /** @param roots absolute folders by name; if one contains another, the inner one applies */
  constructor(roots: { readonly [name: string]: string } = {}) {
    this.#roots = Object.entries(roots)
      .map(
        ([name, folder]) => [name, posix.normalize(folder.replaceAll('\\', '/')).replace(/\/$/, '')] as const,
      )
      .sort(([, a], [, b]) => b.length - a.length);
  }

  /** The name of an absolute path; `undefined` outside all roots. */
  siteNameOf(path: string): SiteName | undefined {
    for (const [root, folder] of this.#roots) {
      if (path === folder) return { root, site_name: root };
      if (path.startsWith(`${folder}/`)) return { root, site_name: root + path.slice(folder.length) };
    }
    return undefined;
  }
}
