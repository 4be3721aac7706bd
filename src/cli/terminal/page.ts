/**
 * Lines with labels and sections, cut to the terminal. Node only.
 * @module
 */
import type { Style } from '../io';
import { cut, cutPainted, pad, wrap } from './text';

const LABEL_WIDTH = 13;

/** A page that is put together line by line. */
export class Page {
  readonly lines: string[] = [];
  readonly style: Style;

  constructor(style: Style) {
    this.style = style;
  }

  /** The style of what stands two columns in. */
  get inner(): Style {
    return { ...this.style, width: this.style.width - 2 };
  }

  /** Lines as they are. */
  add(lines: readonly string[]): void {
    this.lines.push(...lines);
  }

  /** A line of its own, which may have colours. */
  line(text: string): void {
    this.lines.push(cutPainted(text, this.style.width));
  }

  section(title: string): void {
    this.lines.push('', this.style.colors.bold(title));
  }

  /** A labelled line, left out where there is no text; the text may have colours of its own, or be painted as a whole. */
  fact(label: string, text: string | undefined, paint?: (text: string) => string): void {
    if (!text) return;
    const room = this.style.width - LABEL_WIDTH - 2;
    const shown = paint ? paint(cut(text, room)) : cutPainted(text, room);
    this.lines.push(`  ${this.style.colors.dim(pad(label, LABEL_WIDTH))}${shown}`);
  }

  /** A labelled text that matters too much to be cut early: it takes up to `most` lines. */
  paragraph(label: string, text: string, paint: (text: string) => string, most = 3): void {
    const lines = wrap(text, this.style.width - LABEL_WIDTH - 2, most);
    for (const [i, line] of lines.entries()) {
      this.lines.push(`  ${this.style.colors.dim(pad(i === 0 ? label : '', LABEL_WIDTH))}${paint(line)}`);
    }
  }
}
