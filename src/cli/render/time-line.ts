/**
 * Decisions on an execution from outside, by time: signals, updates, cancellations, terminations, resets. Node only.
 * @module
 */

import type { Decision } from '../../model/decision';
import { safe } from '../../questions/shown/safe-text';
import type { ExecutionTree } from '../../questions/stories/execution-story';
import { instant } from '../../questions/words';
import type { Page } from '../terminal/page';
import { type Column, table } from '../terminal/table';

const ROOM = 8;

/** Adds the section, if there are decisions. */
export function timeLine(page: Page, { decisions }: ExecutionTree, all: boolean): void {
  if (decisions.length === 0) return;
  const { colors } = page.style;
  const kept =
    all || decisions.length <= ROOM ? decisions : [...decisions.slice(0, 2), ...decisions.slice(2 - ROOM)];
  page.section(`decisions: ${decisions.length}`);
  const columns: Column<Decision>[] = [
    { title: '', text: ({ time }) => instant(time, 'milliseconds'), paint: (text) => colors.dim(text) },
    {
      title: '',
      text: ({ kind }) => kind,
      paint: (text, { kind }) => (kind === 'terminate' || kind === 'cancel' ? colors.yellow(text) : text),
    },
    { title: '', text: ({ name }) => safe(name ?? ''), paint: (text) => colors.bold(text), least: 8 },
    { title: '', text: whoAndWhy, least: 8 },
  ];
  const lines = table(columns, kept, page.inner).slice(1);
  if (kept.length < decisions.length)
    lines.splice(2, 0, colors.dim(`… ${decisions.length - kept.length} more (--all)`));
  page.add(lines.map((line) => `  ${line}`));
}

function whoAndWhy({ identity, reason }: Decision): string {
  const who = identity ? `by ${safe(identity)}` : '';
  return [who, reason && `“${safe(reason)}”`].filter(Boolean).join(' ');
}
