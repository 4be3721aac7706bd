/**
 * What a layout is given and what it gives: sizes, places and ways, in pixels. [isolate-safe]
 * @module
 */

/** A box to be placed. Lengths are pixels. */
export interface BoxSize {
  id: string;
  width: number;
  height: number;
}

/** A line from one box to another, by their ids. */
export interface Ends {
  from: string;
  to: string;
}

/** A point, in pixels. */
export interface Point {
  x: number;
  y: number;
}

/** A box in its place: `x` and `y` of its middle on the left. */
export interface PlacedBox extends BoxSize, Point {
  /** Layer, from 0. */
  rank: number;
}

/** A line in its place. */
export interface PlacedLine<Line extends Ends> {
  line: Line;
  /** From the right side of one box to the left side of the other, between the boxes on its way: two points a column. */
  points: Point[];
  /** It goes against the others: what is drawn as one box came before and after. */
  back: boolean;
}

/** A drawing's geometry; all lies within `width` and `height`. */
export interface Layout<Line extends Ends> {
  width: number;
  height: number;
  boxes: PlacedBox[];
  lines: PlacedLine<Line>[];
}

/** Distances. */
export const SPACING = {
  /** Between columns: room for a curve and for the handles of both sides. */
  columns: 68,
  /** Between boxes of a column. */
  rows: 26,
  /** Around all. */
  margin: 32,
} as const;

/** A line by the numbers of its boxes. */
export type Edge = readonly [from: number, to: number];
