/**
 * Progress of a run: its checkpoints and its log lines. Node only.
 * @module
 */

import type { Checkpoint, LogLine } from '../../model/progress';
import { shownValue } from '../../questions/shown/marked-values';
import { span } from '../../questions/shown/measures';
import { dataText } from '../../questions/shown/recorded-values';
import { safe } from '../../questions/shown/safe-text';
import type { Progress } from '../../questions/stories/run-story';
import { isProblem } from '../../questions/stories/run-words';
import { instant } from '../../questions/words';
import type { Style } from '../io';
import type { Page } from '../terminal/page';
import { type Column, table } from '../terminal/table';

/** The parts of the progress that are shown in full. */
export interface ProgressExtent {
  /** Show all checkpoints, not only the last. */
  checkpoints: boolean;
  /** Show every line, not only their number. */
  log: boolean;
}

/** Adds the section, if there are checkpoints or log lines. */
export function describeProgress(
  page: Page,
  { checkpoints, log, before }: Progress,
  extent: ProgressExtent,
): void {
  if (checkpoints.length === 0 && log.length === 0 && before.length === 0) return;
  page.section('while it ran');
  for (const earlier of before) {
    page.fact(`attempt ${earlier.attempt}`, countText(earlier.checkpoints));
    if (extent.checkpoints) addCheckpoints(page, earlier.checkpoints);
  }
  if (checkpoints.length > 0) page.fact('checkpoints', countText(checkpoints));
  if (checkpoints.length > 0 && extent.checkpoints) addCheckpoints(page, checkpoints);
  if (log.length === 0) return;
  const problems = log.filter(({ level }) => isProblem(level)).length;
  const worse = problems > 0 ? `, ${problems} of them warnings or errors` : '';
  page.fact(
    'log',
    `${log.length} ${log.length === 1 ? 'line' : 'lines'}${worse}${extent.log ? '' : ' (--log prints them)'}`,
  );
  if (extent.log) page.add(logLines(log, page.style));
}

/** Returns the number of checkpoints, and the last one. */
function countText(checkpoints: readonly Checkpoint[]): string {
  const last = checkpoints.at(-1);
  if (!last) return 'no checkpoints';
  const of = checkpoints.length === 1 ? '1, ' : `${checkpoints.length}, the last `;
  return `${of}at ${instant(last.stop_time)}: ${detailsText(last)}`;
}

function addCheckpoints(page: Page, checkpoints: readonly Checkpoint[]): void {
  page.add(checkpointLines(checkpoints, page.inner).map((line) => `  ${line}`));
}

function detailsText({ details, t_start_ms, t_stop_ms }: Checkpoint): string {
  const simulated = t_stop_ms === undefined ? '' : `, simulated time ${t_start_ms ?? 0} to ${t_stop_ms} ms`;
  return `${details.map(dataText).join(', ') || 'no details'}${simulated}`;
}

function checkpointLines(checkpoints: readonly Checkpoint[], style: Style): string[] {
  const columns: Column<Checkpoint>[] = [
    { title: '#', align: 'right', text: ({ index }) => String(index) },
    { title: 'FROM', text: ({ start_time }) => instant(start_time, 'milliseconds') },
    { title: 'TOOK', align: 'right', text: ({ start_time, stop_time }) => span(stop_time - start_time) },
    { title: 'DETAILS', text: detailsText, least: 12 },
  ];
  return table(columns, checkpoints, style);
}

/** Returns log lines, indented, each on one line. */
export function logLines(log: readonly LogLine[], { colors, width }: Style): string[] {
  const columns: Column<LogLine>[] = [
    { title: '', text: ({ time }) => instant(time, 'milliseconds').slice(11), paint: colors.dim },
    {
      title: '',
      text: ({ level }) => safe(level.toLowerCase()),
      paint: (text, { level }) => (isProblem(level) ? colors.red(text) : colors.dim(text)),
    },
    {
      title: '',
      text: ({ message, attributes }) => safe(message) + (attributes ? ` ${shownValue(attributes)}` : ''),
      least: 20,
    },
  ];
  return table(columns, log, { colors, width: width - 2 })
    .slice(1)
    .map((line) => `  ${line}`);
}
