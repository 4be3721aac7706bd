/**
 * The time axis of an execution. Spans without activity are folded, so that the rest is readable. Node only.
 *
 * This room owns the views of one execution that do not read all its documents: timeline, tree, failure,
 * metadata.
 * @module
 */
import type { IdleSpan } from '../../store/interface/outline';

/** When idle spans are folded, and how much room they keep. */
export const FOLDING = {
  /** Shortest span that is folded. */
  least_s: 1,
  /** Shortest span as a share of the busy time. A shorter one takes little room anyway. */
  least_part: 0.05,
  /** Idle share of the whole. Below it, the busy time is readable without folding. */
  least_together: 0.67,
  /** The most spans of an axis: more would leave no room. */
  most: 40,
  /** Share of the axis for one folded span: room for its label. */
  share: 0.06,
  /** Share of the axis for all folded spans together. */
  share_together: 0.3,
} as const;

/** A part of the axis. */
export interface AxisPart {
  /** UNIX seconds. */
  begin: number;
  end: number;
  /** Its begin and end on the axis, from 0 to 1. */
  from: number;
  to: number;
  /** True for an idle span, which is folded. */
  idle?: true;
}

/** The axis from `begin` to `end`. `idle` are the spans without activity, in any order. */
export function axisOf(begin: number, end: number, idle: readonly IdleSpan[] = []): AxisPart[] {
  const length = Math.max(end - begin, 1e-3);
  const spans = idle
    .map((span) => ({ begin: Math.max(begin, span.begin), end: Math.min(end, span.end) }))
    .filter((span) => span.end > span.begin);
  const folded = foldedOf(spans, length);
  const share = folded.length > 0 ? Math.min(FOLDING.share, FOLDING.share_together / folded.length) : 0;
  const rest = length - folded.reduce((sum, span) => sum + span.end - span.begin, 0);
  const scale = (1 - share * folded.length) / Math.max(rest, 1e-3);
  const parts: AxisPart[] = [];
  let at = { time: begin, place: 0 };
  const add = (until: number, width: number, idle?: true): void => {
    const place = at.place + width;
    parts.push({ begin: at.time, end: until, from: at.place, to: place, ...(idle && { idle }) });
    at = { time: until, place };
  };
  for (const span of folded) {
    if (span.begin > at.time) add(span.begin, (span.begin - at.time) * scale);
    add(span.end, share, true);
  }
  if (begin + length > at.time) add(begin + length, (begin + length - at.time) * scale);
  return parts;
}

/** The spans that are folded, in time order. */
function foldedOf(spans: readonly IdleSpan[], length: number): IdleSpan[] {
  const ran = length - spans.reduce((sum, { begin, end }) => sum + end - begin, 0);
  if (length - ran < length * FOLDING.least_together) return [];
  const least = Math.max(FOLDING.least_s, ran * FOLDING.least_part);
  return spans
    .filter(({ begin, end }) => end - begin >= least)
    .sort((a, b) => b.end - b.begin - (a.end - a.begin))
    .slice(0, FOLDING.most)
    .sort((a, b) => a.begin - b.begin);
}

/** The position of a time on the axis, from 0 to 1. */
export function placeOn(axis: readonly AxisPart[], time: number): number {
  const part = axis.find(({ end }) => time <= end) ?? axis.at(-1);
  if (!part) return 0;
  const within = (time - part.begin) / Math.max(part.end - part.begin, 1e-9);
  return part.from + Math.min(1, Math.max(0, within)) * (part.to - part.from);
}
