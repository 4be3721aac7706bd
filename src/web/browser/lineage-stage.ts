/**
 * Panning and zooming of a drawing by pointer, wheel, keys and buttons. It sets one transform on one group, once per frame. Runs
 * in a browser.
 * @module
 */

/** The position of the drawing: its corner in pixels, and its scale. */
export interface View {
  x: number;
  y: number;
  scale: number;
}

/**
 * The minimum and maximum scale. Text of 13 px is readable at the natural size and recognizable at a tenth. A drawing that does
 * not fit is first shown a little smaller, so that more of it is visible.
 */
const SCALES = { least: 0.08, most: 4, step: 1.25, first: 0.8 } as const;
/** The pixels that an arrow key moves the drawing. */
const KEY_STEP = 60;
const MARGIN = 24;

/** The stage of one drawing. */
export class Stage {
  readonly #frame: HTMLElement;
  readonly #scene: SVGGElement;
  readonly #size: { width: number; height: number };
  readonly #pointers = new Map<number, { x: number; y: number }>();
  #view: View = { x: 0, y: 0, scale: 1 };
  #planned = false;
  #moved = false;

  /** @param view the position of the previous drawing */
  constructor(frame: HTMLElement) {
    this.#frame = frame;
    const svg = frame.querySelector('svg')!;
    this.#scene = svg.querySelector<SVGGElement>('.scene')!;
    const [, , width = 0, height = 0] = svg.getAttribute('viewBox')!.split(' ').map(Number);
    this.#size = { width, height };
    svg.removeAttribute('viewBox');
    frame.classList.add('moves');
    frame.addEventListener('wheel', (event) => this.#wheel(event), { passive: false });
    frame.addEventListener('pointerdown', (event) => this.#down(event));
    frame.addEventListener('pointermove', (event) => this.#move(event));
    for (const name of ['pointerup', 'pointercancel'] as const)
      frame.addEventListener(name, (event) => this.#up(event));
    frame.addEventListener('click', (event) => this.#click(event), { capture: true });
    frame.addEventListener('keydown', (event) => this.#key(event));
    frame.addEventListener('focusin', (event) => this.#reveal(event.target as Element));
    frame.addEventListener('dragstart', (event) => event.preventDefault());
  }

  get view(): View {
    return { ...this.#view };
  }

  show(view: View): void {
    this.#view = view;
    this.#plan();
  }

  /** Fits the whole drawing, but not larger than its natural size. */
  fit(): void {
    const { clientWidth, clientHeight } = this.#frame;
    const { width, height } = this.#size;
    const scale = Math.max(SCALES.least, Math.min(1, clientWidth / width, clientHeight / height));
    this.show({ scale, x: (clientWidth - width * scale) / 2, y: (clientHeight - height * scale) / 2 });
  }

  /** Sets the first view: the whole drawing if it is readable then, else the surroundings of this box. */
  open(box: Element | null): void {
    const fitting = this.#frame.clientWidth / this.#size.width;
    this.center(box, Math.min(1, Math.max(SCALES.first, fitting)));
  }

  /** Centres this box if the drawing is larger than the stage. */
  center(box: Element | null, scale = 1): void {
    const { clientWidth, clientHeight } = this.#frame;
    const at = box ? placeOf(box) : { x: 0, y: 0, width: 0, height: 0 };
    const along = (room: number, size: number, middle: number) =>
      size <= room ? (room - size) / 2 : Math.min(0, Math.max(room - size, room / 2 - middle));
    this.show({
      scale,
      x: along(clientWidth, this.#size.width * scale, (at.x + at.width / 2) * scale),
      y: along(clientHeight, this.#size.height * scale, (at.y + at.height / 2) * scale),
    });
  }

  /** Zooms around a point of the stage; the default is its middle. */
  zoom(factor: number, at = { x: this.#frame.clientWidth / 2, y: this.#frame.clientHeight / 2 }): void {
    const { x, y, scale } = this.#view;
    const next = Math.min(SCALES.most, Math.max(SCALES.least, scale * factor));
    const grown = next / scale;
    this.show({ scale: next, x: at.x - (at.x - x) * grown, y: at.y - (at.y - y) * grown });
  }

  in(): void {
    this.zoom(SCALES.step);
  }

  out(): void {
    this.zoom(1 / SCALES.step);
  }

  move(dx: number, dy: number): void {
    const { x, y, scale } = this.#view;
    this.show({ scale, x: x + dx, y: y + dy });
  }

  /** Moves the drawing so that the box is visible. */
  #reveal(target: Element): void {
    const box = target.closest('.box');
    if (!box || !target.matches(':focus-visible')) return;
    const { x, y, scale } = this.#view;
    const at = placeOf(box);
    const past = (corner: number, size: number, room: number) =>
      corner < MARGIN ? MARGIN - corner : Math.min(0, room - MARGIN - corner - size);
    const { clientWidth, clientHeight } = this.#frame;
    this.#frame.scrollTo(0, 0);
    this.move(
      past(x + at.x * scale, at.width * scale, clientWidth),
      past(y + at.y * scale, at.height * scale, clientHeight),
    );
  }

  #plan(): void {
    if (this.#planned) return;
    this.#planned = true;
    requestAnimationFrame(() => {
      this.#planned = false;
      const { x, y, scale } = this.#view;
      this.#scene.setAttribute('transform', `translate(${x} ${y}) scale(${scale})`);
    });
  }

  #wheel(event: WheelEvent): void {
    if (event.ctrlKey || event.metaKey) {
      event.preventDefault();
      const { left, top } = this.#frame.getBoundingClientRect();
      this.zoom(Math.exp(-event.deltaY / 200), { x: event.clientX - left, y: event.clientY - top });
    } else if (event.deltaX !== 0 || event.shiftKey) {
      event.preventDefault();
      this.move(-(event.deltaX || event.deltaY), 0);
    }
  }

  #down(event: PointerEvent): void {
    if (event.button !== 0) return;
    this.#pointers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    this.#moved = false;
  }

  #move(event: PointerEvent): void {
    const last = this.#pointers.get(event.pointerId);
    if (!last) return;
    const [dx, dy] = [event.clientX - last.x, event.clientY - last.y];
    if (!this.#moved && Math.hypot(dx, dy) < 4) return;
    if (!this.#moved) this.#frame.setPointerCapture(event.pointerId);
    this.#moved = true;
    this.#frame.classList.add('held');
    const other = [...this.#pointers].find(([id]) => id !== event.pointerId)?.[1];
    this.#pointers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    if (!other) this.move(dx, dy);
    else this.#pinch(last, { x: event.clientX, y: event.clientY }, other);
  }

  #pinch(
    before: { x: number; y: number },
    now: { x: number; y: number },
    other: { x: number; y: number },
  ): void {
    const distance = (point: { x: number; y: number }) => Math.hypot(point.x - other.x, point.y - other.y);
    const { left, top } = this.#frame.getBoundingClientRect();
    const middle = { x: (now.x + other.x) / 2 - left, y: (now.y + other.y) / 2 - top };
    this.zoom(distance(now) / Math.max(1, distance(before)), middle);
  }

  #up(event: PointerEvent): void {
    this.#pointers.delete(event.pointerId);
    if (this.#pointers.size === 0) this.#frame.classList.remove('held');
  }

  /** Ignores the click at the end of a drag. */
  #click(event: MouseEvent): void {
    if (!this.#moved) return;
    this.#moved = false;
    event.preventDefault();
    event.stopPropagation();
  }

  #key(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const act = {
      ArrowLeft: () => this.move(KEY_STEP, 0),
      ArrowRight: () => this.move(-KEY_STEP, 0),
      ArrowUp: () => this.move(0, KEY_STEP),
      ArrowDown: () => this.move(0, -KEY_STEP),
      '+': () => this.in(),
      '=': () => this.in(),
      '-': () => this.out(),
      '0': () => this.fit(),
    }[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  }
}

/** Returns the position of a box in its drawing. */
export function placeOf(box: Element): { x: number; y: number; width: number; height: number } {
  const [, x = '0', y = '0'] =
    /translate\(([-\d.]+)[ ,]+([-\d.]+)\)/.exec(box.getAttribute('transform') ?? '') ?? [];
  const { width, height } = (box as SVGGElement).getBBox();
  return { x: Number(x), y: Number(y), width, height };
}
