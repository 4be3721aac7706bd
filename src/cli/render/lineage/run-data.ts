/**
 * Inputs and outputs of a run, for people. Node only.
 * @module
 */
import type { GivenValue, RunData, RunDataItem, UsedData } from '../../../questions/lineage/data-answers';
import { readableName } from '../../../questions/lineage/node-words';
import { size } from '../../../questions/shown/measures';
import { safe } from '../../../questions/shown/safe-text';
import { counted } from '../../../questions/words';
import type { Colors } from '../../io';
import type { Page } from '../../terminal/page';
import { runText } from './data-runs';
import { words } from './lines';

/** The number of data and values that are listed one by one. */
const MOST = 10;
const MOST_ALIKE = 5;

/** Adds whether the inputs are known, the inputs with their origins, and the outputs. */
export function describeRunData(page: Page, data: RunData): void {
  const { colors } = page.style;
  if (data.used.length === 0 || data.inputs !== 'known') page.fact('inputs', inputsText(data));
  for (const [at, item] of data.used.slice(0, MOST).entries()) {
    page.fact(at === 0 ? 'used' : '', itemText(item, colors));
    page.fact('', originText(item, colors));
  }
  more(page, data.used.length);
  for (const [at, item] of data.generated.slice(0, MOST).entries())
    page.fact(at === 0 ? 'generated' : '', itemText(item, colors));
  more(page, data.generated.length);
  if (data.behind !== undefined)
    page.fact('', colors.yellow(`${counted(data.behind, 'record is', 'records are')} not linked yet`));
}

/** Adds the runs whose results it received, with the paths; more than five of one activity are one line. */
export function describeGiven(page: Page, { given }: RunData): void {
  const { colors } = page.style;
  const groups = new Map<string, GivenValue[]>();
  for (const one of given) {
    const activity = one.label.replace(/ \(.*/, '');
    groups.set(activity, [...(groups.get(activity) ?? []), one]);
  }
  const lines = [...groups].flatMap(([activity, alike]) =>
    alike.length > MOST_ALIKE
      ? [words([`× ${counted(alike.length, 'run')} of ${safe(activity)}`, evidencesOf(alike, colors)])]
      : alike.map((one) => givenText(one, colors)),
  );
  for (const [at, text] of lines.slice(0, MOST).entries()) page.fact(at === 0 ? 'given by' : '', text);
  more(page, lines.length);
}

function givenText(one: GivenValue, colors: Colors): string {
  const { label, paths = [] } = one;
  const path = [paths[0]?.from_path, paths[0]?.to_path].filter((end) => end !== undefined).join(' → ');
  const others = paths.length > 1 ? `and ${counted(paths.length - 1, 'more path')}` : '';
  return words([safe(label), safe(path), others, evidencesOf([one], colors)]);
}

function evidencesOf(given: readonly GivenValue[], colors: Colors): string {
  return colors.dim(`[${[...new Set(given.map(({ evidence }) => evidence))].join(', ')}]`);
}

function more(page: Page, count: number): void {
  if (count > MOST) page.fact('', `and ${counted(count - MOST, 'more', 'more')} (--json prints all)`);
}

function inputsText({ inputs, reasons = [] }: RunData): string {
  if (inputs === 'none') return 'none';
  const why = reasons.length > 0 ? ` (${safe(reasons.join(', '))})` : '';
  return inputs === 'known' ? 'no data' : `unknown${why}`;
}

function itemText(
  { names, sha256, missing, size_bytes, evidence, paths = [] }: RunDataItem,
  colors: Colors,
): string {
  return words([
    safe(readableName(names[0] ?? '')),
    sha256 === undefined
      ? colors.yellow(`no digest${missing ? ` (${missing})` : ''}`)
      : colors.dim(sha256.slice(0, 12)),
    size_bytes === undefined ? '' : size(size_bytes),
    safe(paths[0] ?? ''),
    colors.dim(`[${evidence}]`),
  ]);
}

function originText({ generated_by: [first, ...others] }: UsedData, colors: Colors): string {
  if (!first) return colors.yellow('← origin unknown');
  const also = others.length > 0 ? `, or ${counted(others.length, 'other')}` : '';
  return `← ${runText(first, colors)}${also}`;
}
