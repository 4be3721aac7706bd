/**
 * Lines with labels and sections, cut to the terminal. Node only.
 * @module
 */
import type { Style } from '../io';
import { cut, cutPainted, pad, wrap } from './text';

const LABEL_WIDTH = 13;

/** A page that is built line by line. */
export class Page {
  readonly lines: string[] = [];
  readonly style: Style;

  constructor(style: Style) {
    this.style = style;
  }

  /** The style for lines that are indented by two columns. */
  get inner(): Style {
    return { ...this.style, width: this.style.width - 2 };
  }

  /** Adds lines unchanged. */
  add(lines: readonly string[]): void {
    this.lines.push(...lines);
  }

  /** Adds a line, which may have colours. */
  line(text: string): void {
    this.lines.push(cutPainted(text, this.style.width));
  }

  section(title: string): void {
    this.lines.push('', this.style.colors.bold(title));
  }

  /** Adds a labelled line, if there is text. The text may have colours, or `paint` colours all of it. */
  fact(label: string, text: string | undefined, paint?: (text: string) => string): void {
    if (!text) return;
    const room = this.style.width - LABEL_WIDTH - 2;
    const shown = paint ? paint(cut(text, room)) : cutPainted(text, room);
    this.lines.push(`  ${this.style.colors.dim(pad(label, LABEL_WIDTH))}${shown}`);
  }

  /** Adds an important labelled text, on up to `most` lines. */
  paragraph(label: string, text: string, paint: (text: string) => string, most = 3): void {
    const lines = wrap(text, this.style.width - LABEL_WIDTH - 2, most);
    for (const [i, line] of lines.entries()) {
      this.lines.push(`  ${this.style.colors.dim(pad(i === 0 ? label : '', LABEL_WIDTH))}${paint(line)}`);
    }
  }
}
