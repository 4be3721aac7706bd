/**
 * Plots of the numbers in checkpoints, by time or by index. Runs in a browser, with uPlot.
 * @module
 */

/** The answer of `/runs/{ref}/series`. */
interface Answer {
  index: number[];
  time: number[];
  series: { name: string; values: (number | null)[] }[];
  left_out: number;
}

interface Plot {
  setSize(size: { width: number; height: number }): void;
  destroy(): void;
}

type PlotClass = new (options: object, data: (number | null)[][], place: HTMLElement) => Plot;

const HEIGHT_PX = 180;
const COLOURS = 6;

/** Loads uPlot, a script that defines a global, only if there is something to plot. */
function loadPlots(): Promise<PlotClass> {
  return new Promise((resolve, reject) => {
    const script = document.createElement('script');
    script.src = '/assets/uplot.js';
    script.addEventListener('load', () => resolve((globalThis as unknown as { uPlot: PlotClass }).uPlot));
    script.addEventListener('error', () => reject(new Error('uplot.js was not loaded')));
    document.head.append(script);
  });
}

function colour(name: string): string {
  // Only an element can resolve light-dark().
  const probe = document.createElement('span');
  probe.className = 'plot-probe';
  probe.dataset.colour = name;
  document.body.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}

class Plots {
  readonly #place: HTMLElement;
  readonly #answer: Answer;
  readonly #plot: PlotClass;
  #by: 'time' | 'index' = 'time';
  #drawn: { figure: HTMLElement; plot: Plot }[] = [];

  constructor(place: HTMLElement, answer: Answer, plot: PlotClass) {
    this.#place = place;
    this.#answer = answer;
    this.#plot = plot;
  }

  start(): void {
    this.#draw();
    new ResizeObserver(() => {
      for (const { figure, plot } of this.#drawn) plot.setSize({ width: widthOf(figure), height: HEIGHT_PX });
    }).observe(this.#place);
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.#draw());
    new MutationObserver(() => this.#draw()).observe(document.documentElement, {
      attributeFilter: ['data-theme'],
    });
  }

  #draw(): void {
    for (const { plot } of this.#drawn) plot.destroy();
    this.#drawn = [];
    this.#place.replaceChildren(this.#tools());
    for (const [at, series] of this.#answer.series.entries()) this.#drawOne(series, at);
  }

  #tools(): HTMLElement {
    const tools = document.createElement('div');
    tools.className = 'plots-tools';
    for (const by of ['time', 'index'] as const) {
      const button = document.createElement('button');
      button.type = 'button';
      button.textContent = by === 'time' ? 'By time' : 'By number';
      button.setAttribute('aria-pressed', String(by === this.#by));
      button.addEventListener('click', () => {
        this.#by = by;
        this.#draw();
      });
      tools.append(button);
    }
    return tools;
  }

  #drawOne({ name, values }: Answer['series'][number], at: number): void {
    const figure = document.createElement('figure');
    figure.className = 'plot';
    const caption = document.createElement('figcaption');
    caption.textContent = name;
    figure.append(caption);
    this.#place.append(figure);
    const x = this.#by === 'time' ? this.#answer.time : this.#answer.index;
    const plot = new this.#plot(optionsOf(name, at, this.#by, widthOf(figure)), [x, values], figure);
    this.#drawn.push({ figure, plot });
  }
}

function widthOf(figure: HTMLElement): number {
  const { paddingLeft, paddingRight } = getComputedStyle(figure);
  return figure.clientWidth - Number.parseFloat(paddingLeft) - Number.parseFloat(paddingRight);
}

function optionsOf(name: string, at: number, by: 'time' | 'index', width: number): object {
  const stroke = colour(`series-${(at % COLOURS) + 1}`);
  const line = { stroke: colour('line'), width: 1 };
  const axis = { stroke: colour('ink-soft'), font: '13px system-ui', grid: line, ticks: line };
  return {
    width,
    height: HEIGHT_PX,
    scales: { x: { time: by === 'time' } },
    axes: [axis, { ...axis, size: 64 }],
    series: [
      { label: by === 'time' ? 'time' : 'number' },
      { label: name, stroke, width: 1.5, spanGaps: true },
    ],
    cursor: { points: { size: 7 } },
  };
}

async function start(place: HTMLElement): Promise<void> {
  const response = await fetch(place.dataset.series!);
  if (!response.ok) return;
  const answer = (await response.json()) as Answer;
  if (answer.series.length > 0) new Plots(place, answer, await loadPlots()).start();
}

for (const place of document.querySelectorAll<HTMLElement>('[data-series]')) void start(place);
