/** Compares the links that were found with the labels. */
import type { Evidence } from '../../../src/model/link';
import type { LabelledCase } from './case';
import { type Found, type FoundLink, isEnd, type LabRun, nameOfEnd } from './found';
import { type End, linksOf, parseLink } from './label';

/** What became of one case. */
export interface Judged {
  name: string;
  about: string;
  /** True links: all of them, and those that were found. */
  there: number;
  found: number;
  missed: string[];
  /** Links that were found and are not there. */
  false_links: string[];
  /** Misses that were known, and are none any more. */
  found_after_all: string[];
  evidence: Evidence[];
}

/** Links of one case, judged. `links`: all that were found into and out of its runs. */
export function judge(of: LabelledCase, links: readonly FoundLink[], runs: readonly LabRun[]): Judged {
  const told = links.filter(({ evidence }) => evidence.some((one) => !one.endsWith('-ambiguous')));
  const wanted = of.links.flatMap(linksOf);
  const may_be = (of.open ?? []).flatMap(linksOf);
  const matches = (label: string, link: FoundLink): boolean => matchesLabel(parseLink(label), link, of.name);
  const is_found = (label: string): boolean => isFound(label, told, runs, of.name);
  const missed = wanted.filter((label) => !is_found(label));
  const wrong = told.filter((link) => ![...wanted, ...may_be].some((label) => matches(label, link)));
  const right = told.filter((link) => wanted.some((label) => matches(label, link)));
  return {
    name: of.name,
    about: of.about,
    there: wanted.length,
    found: wanted.length - missed.length,
    missed,
    false_links: [...new Set(wrong.map(nameOfLink))].sort(),
    found_after_all: Object.keys(of.misses ?? {}).filter((label) => !missed.includes(label)),
    evidence: [...new Set(right.flatMap(({ evidence }) => evidence))].sort(),
  };
}

/** Where both ends are each of their type, the n-th of one goes with the n-th of the other. */
function matchesLabel([earlier, later]: [End, End], link: FoundLink, of_case: string): boolean {
  if (!isEnd(earlier, link.earlier, of_case) || !isEnd(later, link.later, of_case)) return false;
  const [from, to] = [link.earlier, link.later];
  if (!isEach(earlier) || !isEach(later)) return true;
  return from.kind === 'run' && to.kind === 'run' && from.run.nth === to.run.nth;
}

/** `#*`: there is a link for each activity of the type. */
function isFound(
  label: string,
  links: readonly FoundLink[],
  runs: readonly LabRun[],
  of_case: string,
): boolean {
  const [earlier, later] = parseLink(label);
  const fitting = links.filter((link) => matchesLabel([earlier, later], link, of_case));
  const each = isEach(earlier) ? earlier : isEach(later) ? later : undefined;
  if (!each) return fitting.length > 0;
  const side = each === earlier ? 'earlier' : 'later';
  const wanted = runs.filter((run) => isEnd(each, { kind: 'run', run }, of_case));
  return wanted.length > 0 && wanted.every((run) => fitting.some((link) => isRun(link[side], run)));
}

const isEach = (end: End): boolean => end.kind === 'run' && end.nth === '*';
const isRun = (at: Found, run: LabRun): boolean => at.kind === 'run' && at.run === run;

/** A link as a label would name it, with its evidence. */
export function nameOfLink({ earlier, later, evidence }: FoundLink): string {
  const elsewhere =
    earlier.kind === 'run' && later.kind === 'run' && earlier.run.case !== later.run.case
      ? ` (of ${earlier.run.case})`
      : '';
  return `${nameOfEnd(earlier)}${elsewhere} -> ${nameOfEnd(later)} by ${evidence.join(', ')}`;
}
