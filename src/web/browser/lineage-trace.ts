/**
 * Highlights the ancestors and descendants of a box while the pointer or the focus is on it. Runs in a browser.
 * @module
 */

/** Highlights what is upstream and downstream of a box. */
export class Trace {
  readonly #scene: Element;
  readonly #boxes = new Map<string, Element>();
  readonly #ways = { up: new Map<string, Way[]>(), down: new Map<string, Way[]>() };
  #marked: Element[] = [];

  constructor(scene: Element) {
    this.#scene = scene;
    for (const box of scene.querySelectorAll<SVGGElement>('.box')) this.#boxes.set(box.dataset.id!, box);
    for (const line of scene.querySelectorAll<SVGAElement>('.line')) {
      const { from, to } = line.dataset as { from: string; to: string };
      add(this.#ways.up, to, { far: from, line });
      add(this.#ways.down, from, { far: to, line });
    }
  }

  show(id: string): void {
    this.clear();
    const box = this.#boxes.get(id);
    if (!box) return;
    this.#marked = [box, ...this.#from(id, 'up'), ...this.#from(id, 'down')];
    for (const element of this.#marked) element.classList.add('on');
    this.#scene.classList.add('traced');
  }

  clear(): void {
    for (const element of this.#marked) element.classList.remove('on');
    this.#marked = [];
    this.#scene.classList.remove('traced');
  }

  #from(id: string, side: 'up' | 'down'): Element[] {
    const seen = new Set([id]);
    const found: Element[] = [];
    for (const near of seen)
      for (const { far, line } of this.#ways[side].get(near) ?? []) {
        found.push(line);
        if (seen.has(far)) continue;
        seen.add(far);
        found.push(this.#boxes.get(far)!);
      }
    return found;
  }
}

interface Way {
  far: string;
  line: Element;
}

function add(ways: Map<string, Way[]>, near: string, way: Way): void {
  const known = ways.get(near);
  if (known) known.push(way);
  else ways.set(near, [way]);
}
