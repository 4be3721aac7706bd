/**
 * Builds a long text of many small parts. They are joined in groups, so that a group's parts are gone before the collector
 * of garbage meets them: a text that grows by `+=`, or parts that wait in one array, cost it more than the search for what
 * is replaced. [isolate-safe]
 * @module
 */

const PARTS_PER_GROUP = 512;

export class TextParts {
  private parts: string[] = [];
  private readonly groups: string[] = [];

  /** Adds a part of another text, and what stands behind it. */
  add(text: string, start: number, end: number, then: string): void {
    this.parts.push(text.slice(start, end), then);
    if (this.parts.length < PARTS_PER_GROUP) return;
    this.groups.push(this.parts.join(''));
    this.parts = [];
  }

  /** The text, with the rest of the other one at its end. */
  end(text: string, start: number): string {
    return this.groups.join('') + this.parts.join('') + text.slice(start);
  }
}
