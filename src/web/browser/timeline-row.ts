/**
 * Draws one row of a timeline, as the server does (`pages/execution/timeline/row.tsx`). Runs in a browser.
 * @module
 */

/** A part of the axis. */
export interface AxisPart {
  begin: number;
  end: number;
  from: number;
  to: number;
}

interface Span {
  attempt: number;
  status: string;
  tone: string;
  scheduled: number;
  begin: number;
  end?: number;
}

/** A row of the API's answer. */
export type TimelineRow =
  | {
      activity_type: string;
      status: string;
      tone: string;
      uid: string;
      scan_id?: number;
      error?: string;
      attempts: number;
      spans: Span[];
    }
  | {
      run_id: string;
      workflow_id: string;
      workflow_type?: string;
      status: string;
      tone: string;
      begin?: number;
      end?: number;
      activities: number;
      failed: number;
      open: number;
      children: number;
    };

const SVG = 'http://www.w3.org/2000/svg';
const SIGNS: Readonly<Record<string, string>> = { good: '✓', bad: '✗', odd: '!', open: '…' };
const UNITS: readonly (readonly [up_to: number, unit: number, name: string])[] = [
  [60, 1, 's'],
  [3600, 60, 'min'],
  [86_400, 3600, 'h'],
  [Number.POSITIVE_INFINITY, 86_400, 'd'],
];

/** Returns the row as a list item. `toggle`: the address that shows the activities of a child. */
export function drawRow(row: TimelineRow, axis: readonly AxisPart[], toggle?: string): HTMLLIElement {
  const item = document.createElement('li');
  const { tone } = row;
  item.className = `tl-row ${tone}`;
  const name = element('div', 'tl-name');
  const sign = element('span', 'sign', SIGNS[tone]);
  sign.ariaHidden = 'true';
  name.append(sign, element('span', 'unseen', row.status));
  const track = document.createElementNS(SVG, 'svg');
  track.setAttribute('class', 'tl-track');
  track.setAttribute('aria-hidden', 'true');
  if ('run_id' in row) {
    if (toggle !== undefined) name.append(toggleLink(toggle));
    name.append(link(`/executions/${encodeURIComponent(row.run_id)}`, row.workflow_id, row.status));
    name.append(element('span', 'soft', childText(row)));
    if (row.begin !== undefined) addBar(track, axis, `tl-child ${tone}`, row.begin, row.end, row.status);
  } else {
    name.append(link(`/runs/${encodeURIComponent(row.uid)}`, row.activity_type, row.error ?? row.status));
    name.append(element('span', 'soft', activityText(row)));
    for (const [index, span] of row.spans.entries()) addAttempt(track, axis, span, row.spans[index - 1]);
  }
  item.append(name, track);
  return item;
}

function addAttempt(track: SVGElement, axis: readonly AxisPart[], span: Span, before?: Span): void {
  const { attempt, status, tone, scheduled, begin, end } = span;
  if (before?.end !== undefined && scheduled > before.end)
    addBar(track, axis, 'tl-between', before.end, scheduled, 'waits for the next attempt');
  if (begin > scheduled)
    addBar(track, axis, 'tl-wait', scheduled, begin, `waits for a worker, ${took(begin - scheduled)}`);
  const length = end === undefined ? '' : `, ${took(end - begin)}`;
  addBar(track, axis, `tl-span ${tone}`, begin, end, `attempt ${attempt}: ${status}${length}`);
  if (tone === 'good') return;
  const text = document.createElementNS(SVG, 'text');
  text.setAttribute('class', tone);
  text.setAttribute('x', percent(placeOn(axis, begin)));
  text.setAttribute('y', '16');
  text.textContent = SIGNS[tone]!;
  track.append(text);
}

function addBar(
  track: SVGElement,
  axis: readonly AxisPart[],
  kind: string,
  from: number,
  to: number | undefined,
  title: string,
): void {
  const first = axis[0]?.begin ?? 0;
  const last = axis.at(-1)?.end ?? 0;
  const end = to ?? last;
  if (end < first || from > last) return;
  const x = placeOn(axis, Math.max(first, from));
  const bar = document.createElementNS(SVG, 'rect');
  bar.setAttribute('class', kind);
  bar.setAttribute('x', percent(x));
  bar.setAttribute('width', percent(Math.max(0, placeOn(axis, Math.min(last, end)) - x)));
  const words = document.createElementNS(SVG, 'title');
  words.textContent = title;
  bar.append(words);
  track.append(bar);
}

/** Returns the position of a time on the axis, from 0 to 1. */
export function placeOn(axis: readonly AxisPart[], time: number): number {
  const part = axis.find(({ end }) => time <= end) ?? axis.at(-1);
  if (!part) return 0;
  const within = (time - part.begin) / Math.max(part.end - part.begin, 1e-9);
  return part.from + Math.min(1, Math.max(0, within)) * (part.to - part.from);
}

/** Returns the time at a position of the axis. */
export function timeAt(axis: readonly AxisPart[], place: number): number {
  const part = axis.find(({ to }) => place <= to) ?? axis.at(-1);
  if (!part) return 0;
  const within = (place - part.from) / Math.max(part.to - part.from, 1e-9);
  return part.begin + Math.min(1, Math.max(0, within)) * (part.end - part.begin);
}

function percent(place: number): string {
  return `${Number((place * 100).toFixed(3))}%`;
}

function took(seconds: number): string {
  if (seconds < 1) return `${Math.round(seconds * 1000)} ms`;
  const [, unit, name] = UNITS.find(([up_to]) => seconds < up_to)!;
  const value = seconds / unit;
  return `${value < 10 ? Number(value.toFixed(1)) : Math.round(value)} ${name}`;
}

function activityText(row: Extract<TimelineRow, { uid: string }>): string {
  const [first, last] = [row.spans[0]!, row.spans.at(-1)!];
  return [
    row.scan_id === undefined ? '' : `scan ${row.scan_id}`,
    row.attempts > 1 ? `${row.attempts} attempts` : '',
    last.end === undefined ? '' : took(last.end - first.begin),
  ]
    .filter(Boolean)
    .join(' · ');
}

function childText(row: Extract<TimelineRow, { run_id: string }>): string {
  const words = [`${row.activities} ${row.activities === 1 ? 'activity' : 'activities'}`];
  if (row.failed > 0) words.push(`${row.failed} failed`);
  if (row.open > 0) words.push(`${row.open} open`);
  return `child · ${words.join(', ')}`;
}

function link(href: string, text: string, title: string): HTMLAnchorElement {
  const made = document.createElement('a');
  made.href = href;
  made.title = `${text}\n${title}`;
  made.append(element('bdi', '', text));
  return made;
}

function toggleLink(href: string): HTMLAnchorElement {
  const made = document.createElement('a');
  made.className = 'tl-toggle';
  made.href = href;
  made.ariaLabel = 'Show the activities of this child';
  made.textContent = '▸';
  return made;
}

function element(name: string, kind: string, text = ''): HTMLElement {
  const made = document.createElement(name);
  if (kind) made.className = kind;
  made.textContent = text;
  return made;
}
