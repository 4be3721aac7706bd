/**
 * The texts of a box, on screen and for screen readers. They are short, because the panel has the values. Node only.
 * @module
 */
import { shortUid } from '../../../../model/ids';
import type { Box, Count } from '../../../../questions/lineage/map/map-answers';
import { toneOfNode } from '../../../../questions/lineage/map/table';
import { endingOf } from '../../../../questions/lineage/node-words';
import { size, span } from '../../../../questions/shown/measures';
import { safe } from '../../../../questions/shown/safe-text';
import { SIGNS, type Tone, toneOf } from '../../../../questions/status';
import { counted } from '../../../../questions/words';

/** The maximum length of a name in a box. */
const NAME_CHARACTERS = 22;

/** The texts of a box. */
export interface BoxWords {
  name: string;
  /** The sign and word of its state, with its tone; absent if it has no state. */
  state?: { tone: Tone; text: string };
  /** Further short facts. */
  facts: string;
  /** A third line, for several nodes. */
  durations?: string;
}

/** Returns the texts of a box. */
export function boxWords(box: Box): BoxWords {
  const { node, count, kind, quartiles_ms } = box;
  const name = cut(nameOf(box));
  if (kind === 'alike' || kind === 'step') {
    const durations = quartiles_ms && durationsText(quartiles_ms);
    return { name, ...stateOfMany(box), facts: '', ...(durations !== undefined && { durations }) };
  }
  if (node.type === 'artifact') {
    const bytes = node.size_bytes === undefined ? undefined : size(node.size_bytes);
    const digest = node.sha256?.slice(0, 8) ?? 'no digest';
    if (node.origin) return { name, state: { tone: 'odd', text: '! origin unknown' }, facts: '' };
    return { name, facts: [bytes, digest].filter(Boolean).join(' · ') };
  }
  const state = node.type === 'run' && node.removed !== undefined ? 'removed' : (node.status ?? 'open');
  const tone = toneOfNode(node) as Tone;
  const scan =
    node.type === 'run' && (node.scan_id === undefined ? shortUid(node.uid) : `scan ${node.scan_id}`);
  const tries = kind === 'attempts' && `${count} attempts`;
  return {
    name,
    state: { tone, text: `${SIGNS[tone]} ${state}` },
    facts: [scan, tries].filter(Boolean).join(' · '),
  };
}

function nameOf({ node, kind, count }: Box): string {
  const many =
    (kind === 'alike' || kind === 'step') && count > 1 ? `× ${count.toLocaleString('en-US')} ` : '';
  if (node.type === 'run') return `${many}${safe(node.activity_type ?? 'removed run')}`;
  if (node.type === 'execution')
    return `${many}${safe(many ? (node.workflow_type ?? 'executions') : node.label)}`;
  const file = safe(node.label).replace(/\/+$/, '').split('/').at(-1) || safe(node.label);
  if (many === '') return file;
  const ending = endingOf(node.label);
  return `${many}${ending === '' ? plural(node.kind) : `${ending} ${plural(node.kind)}`}`;
}

function plural(kind: string): string {
  return kind === 'directory' ? 'directories' : kind === 'remote' ? 'URLs' : `${kind}s`;
}

/** Cuts a name in the middle, because files often differ in the last part of their names. */
function cut(text: string): string {
  const letters = [...text];
  if (letters.length <= NAME_CHARACTERS) return text;
  return `${letters.slice(0, NAME_CHARACTERS - 9).join('')}…${letters.slice(-8).join('')}`;
}

function stateOfMany({ states, node, count }: Box): Pick<BoxWords, 'state'> {
  const all = Object.entries(states).sort(([, a], [, b]) => b - a);
  if (all.length === 0) return {};
  const [first] = all;
  const worst = all.find(([state]) => toneOf(state) === 'bad') ?? first!;
  const tone: Tone = node.type === 'artifact' ? 'odd' : toneOf(worst[0]);
  const text =
    all.length === 1 && first![1] === count
      ? `all ${first![0]}`
      : all
          .slice(0, 2)
          .map(([state, n]) => `${n.toLocaleString('en-US')} ${state}`)
          .join(', ');
  return { state: { tone, text: `${SIGNS[tone]} ${text}` } };
}

function durationsText([low, median, high]: readonly [number, number, number]): string {
  return `${span(median / 1_000)}, half ${span(low / 1_000)}–${span(high / 1_000)}`;
}

/** Returns the text for screen readers and for the tooltip. */
export function boxTitle(box: Box): string {
  const { node, count, more_up, more_down, focus } = box;
  const words = boxWords(box);
  const what = { run: 'run', artifact: 'data', execution: 'execution' }[node.type];
  const name = count > 1 && box.kind !== 'attempts' ? words.name : safe(node.label);
  return [
    `${what} ${name}`,
    words.state?.text.slice(2),
    words.facts,
    focus && 'start',
    more_up && `${countText(more_up)} more before it`,
    more_down && `${countText(more_down)} more after it`,
  ]
    .filter(Boolean)
    .join(', ');
}

/** Returns `12` or `≥ 1,000`. */
export function countText({ count, at_least }: Count): string {
  return `${at_least ? '≥ ' : ''}${count.toLocaleString('en-US')}`;
}

/** Returns `7 of 10`, `all 3` or `none`. */
export function shownOf(shown: number, total: Count): string {
  if (total.count === 0 && shown === 0) return 'none';
  if (!total.at_least && shown >= total.count) return `all ${shown.toLocaleString('en-US')}`;
  return `${shown.toLocaleString('en-US')} of ${total.at_least ? 'at least ' : ''}${total.count.toLocaleString('en-US')}`;
}

/** Returns the text of a heading: `3 attempts`, `40 runs`. */
export function manyText({ kind, count, node }: Box): string {
  if (kind === 'attempts') return counted(count, 'attempt');
  if (node.type === 'artifact') return `${count.toLocaleString('en-US')} ${plural(node.kind)}`;
  return counted(count, node.type);
}
