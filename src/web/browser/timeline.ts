/**
 * The timeline of an execution: local times of ticks, selection of a span, and rows drawn on scrolling. Runs in a browser.
 * @module
 */

import { scrollRows } from './timeline-scroll.js';
import { chooseSpans } from './timeline-span.js';

function start(): void {
  const chart = document.querySelector<HTMLElement>('.tl:not([data-started])');
  if (!chart) return;
  chart.dataset.started = 'true';
  showTicks(chart);
  chooseSpans(chart);
  scrollRows(chart);
}

/** Converts the ticks, which the server wrote in UTC, to local times. */
function showTicks(chart: HTMLElement): void {
  for (const tick of chart.querySelectorAll<SVGTextElement>('.tl-tick')) {
    const text = tick.textContent ?? '';
    const date = new Date(Number(tick.dataset.at) * 1000);
    if (Number.isNaN(date.getTime())) continue;
    tick.textContent = /^\d{4}-/.test(text)
      ? date.toLocaleDateString(undefined, { dateStyle: 'medium' })
      : date.toLocaleTimeString(undefined, {
          hour: '2-digit',
          minute: '2-digit',
          ...(text.length > 5 && { second: '2-digit' }),
          ...(text.length > 8 && { fractionalSecondDigits: 3 }),
          hourCycle: 'h23',
        });
  }
  const zone = chart.querySelector('.tl-head .tl-name');
  if (zone) zone.textContent = Intl.DateTimeFormat().resolvedOptions().timeZone;
}

start();
document.addEventListener('renewed', start);
