/**
 * Local times, with UTC on hover; relative times are updated. Runs in a browser.
 * @module
 */

const FULL = new Intl.DateTimeFormat(undefined, {
  year: 'numeric',
  month: 'short',
  day: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
});
const AGO = new Intl.RelativeTimeFormat('en', { numeric: 'always', style: 'short' });
const UNITS: readonly (readonly [seconds: number, unit: Intl.RelativeTimeFormatUnit])[] = [
  [86_400, 'day'],
  [3_600, 'hour'],
  [60, 'minute'],
  [1, 'second'],
];
/** Older times are shown as a date. */
const RELATIVE_DAYS = 30;
const EVERY_MS = 15_000;

/** Converts all times of the page, including those inserted later. */
export function startTimes(): void {
  showTimes(document);
  setInterval(() => document.querySelectorAll<HTMLTimeElement>('time.relative').forEach(show), EVERY_MS);
  sayZone(Intl.DateTimeFormat().resolvedOptions().timeZone);
  new MutationObserver((changes) => {
    for (const { addedNodes } of changes)
      for (const node of addedNodes) if (node instanceof Element) showTimes(node);
  }).observe(document.body, { childList: true, subtree: true });
}

function sayZone(zone: string): void {
  const place = document.querySelector('#zone');
  if (place && zone !== 'UTC') place.textContent = `Times: ${zone}, UTC on hover.`;
}

function showTimes(within: ParentNode): void {
  within.querySelectorAll<HTMLTimeElement>('time[datetime]').forEach(show);
}

function show(time: HTMLTimeElement): void {
  const date = new Date(time.dateTime);
  if (Number.isNaN(date.getTime())) return;
  const text = (time.classList.contains('relative') && relative(date)) || FULL.format(date);
  if (time.textContent !== text) time.textContent = text;
  time.title = time.classList.contains('relative')
    ? `${FULL.format(date)}\n${date.toISOString()}`
    : date.toISOString();
}

function relative(date: Date): string | undefined {
  const seconds = (date.getTime() - Date.now()) / 1_000;
  if (Math.abs(seconds) > RELATIVE_DAYS * 86_400) return undefined;
  if (Math.abs(seconds) < 1) return 'now';
  const [size, unit] = UNITS.find(([size]) => Math.abs(seconds) >= size)!;
  return AGO.format(Math.trunc(seconds / size), unit);
}
