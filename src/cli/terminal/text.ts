/**
 * The width of safe text on a terminal, and cutting by width. Node only.
 * @module
 */

const SEGMENTS = new Intl.Segmenter(undefined, { granularity: 'grapheme' });
const WIDE =
  /\p{Emoji_Presentation}|[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|[\u{20000}-\u{3fffd}]/u;
const NARROW = /^[\x20-\x7e]*$/;

/** Returns the number of columns of safe text on a terminal. */
export function widthOf(text: string): number {
  if (NARROW.test(text)) return text.length;
  let width = 0;
  for (const { segment } of SEGMENTS.segment(text)) width += WIDE.test(segment) ? 2 : 1;
  return width;
}

/** Cuts safe text to a width, with … at the cut. */
export function cut(text: string, width: number): string {
  if (text.length <= width && NARROW.test(text)) return text;
  if (widthOf(text) <= width) return text;
  let kept = '';
  let used = 0;
  for (const { segment } of SEGMENTS.segment(text)) {
    const next = used + widthOf(segment);
    if (next > width - 1) break;
    kept += segment;
    used = next;
  }
  return `${kept}…`;
}

/** Cuts the start of a safe path or URI, at a separator if possible, since the end is the file name. */
export function cutPath(path: string, width: number): string {
  if (widthOf(path) <= width) return path;
  for (let at = path.indexOf('/', 1); at >= 0; at = path.indexOf('/', at + 1)) {
    const end = path.slice(at);
    if (/^\/[^/]/.test(end) && widthOf(end) < width) return `…${end}`;
  }
  return cut(path.slice(path.lastIndexOf('/') + 1), width);
}

/** Fills safe text with spaces to a width. */
export function pad(text: string, width: number, side: 'left' | 'right' = 'right'): string {
  const gap = ' '.repeat(Math.max(0, width - widthOf(text)));
  return side === 'right' ? text + gap : gap + text;
}

/** Breaks safe text into at most `most` lines, at spaces if possible. The last line is cut. */
export function wrap(text: string, width: number, most: number): string[] {
  if (most <= 1 || widthOf(text) <= width) return [cut(text, width)];
  const line = cut(text, width + 1).slice(0, -1);
  const space = line.lastIndexOf(' ');
  const end = space > width / 2 ? space : line.length;
  return [text.slice(0, end), ...wrap(text.slice(end).trimStart(), width, most - 1)];
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: our own colours
const COLOUR = /(\u001b\[\d+m)/;

/** Cuts coloured text to a width, and closes the colours. */
export function cutPainted(text: string, width: number): string {
  if (!text.includes('\u001b')) return cut(text, width);
  const parts = text.split(COLOUR);
  const plain = parts.filter((_, i) => i % 2 === 0);
  if (plain.reduce((sum, part) => sum + widthOf(part), 0) <= width) return text;
  let room = width - 1;
  let kept = '';
  for (const [i, part] of parts.entries()) {
    if (i % 2 === 1) kept += part;
    else if (room >= 0) {
      const fits = widthOf(part) <= room;
      kept += fits ? part : cut(part, room + 1);
      room = fits ? room - widthOf(part) : -1;
    }
  }
  return kept;
}
