/**
 * What the frame of a page shows beside the page itself. Node only.
 * @module
 */
import type { Labs } from '../../questions/scope';

/** What a frame shows beside the page itself. */
export interface Frame {
  /** The address as the reader has it. */
  url: URL;
  /** The labs that the reader looks at. */
  labs: Labs;
  /** Labs to choose from; none where the store can't be read. */
  known_labs: readonly string[];
  /** What should be known of the store, whatever is looked at. */
  remarks?: readonly string[];
  /** The colours that the reader chose; absent: those of the system. */
  theme?: Theme;
}

/** Colours that a reader may choose. */
export type Theme = 'light' | 'dark';

/** The colours that a reader chose before: a script keeps them in a cookie, so that no page is shown in others first. */
export function themeOf(cookies: string | undefined): Theme | undefined {
  return /(?:^|;\s*)theme=(light|dark)(?:;|$)/.exec(cookies ?? '')?.[1] as Theme | undefined;
}
