/**
 * The frame of a page. Node only.
 * @module
 */
import type { Labs } from '../../questions/scope';

/** The content of the frame. */
export interface Frame {
  /** The address of the reader. */
  url: URL;
  /** The selected labs. */
  labs: Labs;
  /** The labs to choose from; none if the store can't be read. */
  known_labs: readonly string[];
  /** Remarks on the store for every page. */
  remarks?: readonly string[];
  /** The selected colours; absent: those of the system. */
  theme?: Theme;
}

/** The colours to choose from. */
export type Theme = 'light' | 'dark';

/** Returns the selected colours from a cookie, so that no page first appears in other colours. A script sets the cookie. */
export function themeOf(cookies: string | undefined): Theme | undefined {
  return /(?:^|;\s*)theme=(light|dark)(?:;|$)/.exec(cookies ?? '')?.[1] as Theme | undefined;
}
