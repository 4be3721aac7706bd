/**
 * How much a page of deriving goes through: as much as takes its time, found by trying. Node only.
 * @module
 */
import { LINKING } from '../../model/limits';

/** The size of the pages to come. */
export class PageSize {
  #links: number = LINKING.first_page_links;

  /** Links of the chain and runs of the next page. */
  get links(): number {
    return this.#links;
  }

  /** A page of this size took so long, in milliseconds. */
  took(took_ms: number): void {
    if (took_ms > LINKING.page_ms) this.#links = Math.max(1, Math.floor(this.#links / 2));
    else if (took_ms < LINKING.page_ms / 2) this.#links = Math.min(LINKING.most_page_links, this.#links * 2);
  }
}
