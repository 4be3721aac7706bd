/**
 * The size of a page of the linker. It is adjusted until a page takes the intended time. Node only.
 * @module
 */
import { LINKING } from '../../model/limits';

/** The size of the next pages. */
export class PageSize {
  #links: number = LINKING.first_page_links;

  /** The number of chain links and runs in the next page. */
  get links(): number {
    return this.#links;
  }

  /** Reports how long a page of this size took, in milliseconds. */
  took(took_ms: number): void {
    if (took_ms > LINKING.page_ms) this.#links = Math.max(1, Math.floor(this.#links / 2));
    else if (took_ms < LINKING.page_ms / 2) this.#links = Math.min(LINKING.most_page_links, this.#links * 2);
  }
}
