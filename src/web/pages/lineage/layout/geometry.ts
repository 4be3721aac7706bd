/**
 * The input and the output of a layout: sizes, positions and paths, in pixels. [isolate-safe]
 * @module
 */

/** A box to place. Lengths are in pixels. */
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

/** A placed box: `x` and `y` of the middle of its left side. */
export interface PlacedBox extends BoxSize, Point {
  /** The layer, from 0. */
  rank: number;
}

/** A placed line. */
export interface PlacedLine<Line extends Ends> {
  line: Line;
  /** The points from the right side of one box to the left side of the other, between other boxes: two per column. */
  points: Point[];
  /** True if it goes backward, because one of its boxes combines earlier and later nodes. */
  back: boolean;
}

/** The geometry of a drawing; everything is within `width` and `height`. */
export interface Layout<Line extends Ends> {
  width: number;
  height: number;
  boxes: PlacedBox[];
  lines: PlacedLine<Line>[];
}

/** Distances. */
export const SPACING = {
  /** The distance of columns: room for a curve and the handles of both sides. */
  columns: 68,
  /** The distance of the boxes of a column. */
  rows: 26,
  /** The margin around the drawing. */
  margin: 32,
} as const;

/** A line by the numbers of its boxes. */
export type Edge = readonly [from: number, to: number];
