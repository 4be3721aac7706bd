/**
 * Parameters of lineage questions. An empty one counts as absent, because forms send them. Node only.
 * @module
 */
import { z } from 'zod';
import { parseInstant } from '../../filter/values';
import { EVIDENCE, type Evidence, LINK_KINDS, type LinkKind } from '../../model/link';
import type { MapQuery } from '../../questions/lineage/map/map';
import type { Side, SideOf } from '../../questions/lineage/map/map-answers';
import { LINEAGE, PAGE } from '../limits';
import { ref, yes } from './inputs';

const text = (most_characters: number) =>
  z
    .string()
    .max(most_characters)
    .optional()
    .transform((given) => (given === '' ? undefined : given));

function namesOf<Name extends string>(names: readonly Name[]) {
  return text(PAGE.reference_characters).transform((given, context): Name[] | undefined => {
    const words = given?.split(',').map((word) => word.trim());
    const wrong = words?.find((word) => !(names as readonly string[]).includes(word));
    if (wrong === undefined) return words as Name[] | undefined;
    context.addIssue({ code: 'custom', message: `'${wrong}' must be one of ${names.join(', ')}` });
    return z.NEVER;
  });
}

/** Several ids in one parameter, separated by commas; commas and percent signs in an id are percent-encoded. */
export function listText(ids: readonly string[]): string {
  return ids.map((id) => id.replace(/[%,]/g, encodeURIComponent)).join(',');
}

function idsOf(given: string): string[] {
  return given.split(',').flatMap((id) => (id === '' ? [] : id.replace(/%25|%2C/gi, decodeURIComponent)));
}

const ids = text(LINEAGE.list_characters).transform((given, context): string[] => {
  const found = idsOf(given ?? '');
  if (found.length <= LINEAGE.ids) return found;
  context.addIssue({ code: 'custom', message: `at most ${LINEAGE.ids} ids` });
  return z.NEVER;
});

const sides = ids.transform((given, context): SideOf[] => {
  const found = given.map((item) => /^(up|down)\s(.+)$/s.exec(item));
  if (found.every((match) => match !== null))
    return found.map(([, side, id]) => ({ side: side as Side, id: id! }));
  context.addIssue({ code: 'custom', message: "each is 'up ID' or 'down ID'" });
  return z.NEVER;
});

const links = (otherwise: number, what: string) =>
  z.coerce.number().int().min(0).max(LINEAGE.levels).default(otherwise).describe(what);

/** A time, as for `--as-of`. */
export const as_of = text(40)
  .transform((given, context) => {
    if (given === undefined) return undefined;
    const seconds = parseInstant(given);
    if (seconds !== undefined) return { text: given, seconds };
    context.addIssue({ code: 'custom', message: "write it as '2026-11-01' or '2026-11-01T08:30:00Z'" });
    return z.NEVER;
  })
  .describe('Only what existed at this time.');

/** The filter of links. */
export const followed = {
  kind: namesOf(Object.keys(LINK_KINDS) as LinkKind[]).describe(
    'Kinds of links to follow, separated by commas.',
  ),
  evidence: namesOf(Object.keys(EVIDENCE) as Evidence[]).describe('Evidence to follow.'),
  as_of,
};

/** The start and the extent of the lineage. */
export const surroundings = {
  focus: ref.describe('A run, an execution or data, as the command line takes it, or the id of a node.'),
  up: links(2, 'Number of links to follow upwards.'),
  down: links(1, 'Number of links to follow downwards.'),
  open: sides.describe("Sides of nodes to expand by one link: 'up ID' or 'down ID'."),
  closed: sides.describe("Sides of nodes to collapse: 'up ID' or 'down ID'."),
  to: text(PAGE.reference_characters).describe('Only the paths between the two.'),
  ...followed,
};

/** The options of the drawing. */
export const drawn = {
  plan: yes.default(false).describe('Draw all runs of one activity type as one box.'),
  pulled: ids.describe('Ids of nodes to draw outside the box of similar nodes.'),
  apart: ids.describe('Ids of nodes whose similar nodes are drawn one by one.'),
  node: text(PAGE.reference_characters).describe('Id of a node: lists the nodes of its box.'),
  link: text(PAGE.reference_characters).describe(
    'Ids of two boxes, separated by a comma: lists the links of that line.',
  ),
  find: text(PAGE.reference_characters).describe('Only listed nodes whose name has this text.'),
};

const surroundingsInput = z.object(surroundings);
/** The parsed parameters of a lineage question. */
export type SurroundingsInput = z.infer<typeof surroundingsInput>;

/** Converts the parameters to the query. */
export function surroundingsQuery(input: SurroundingsInput): MapQuery {
  const { up, down, open, closed, to, kind, evidence, as_of } = input;
  return {
    up,
    down,
    open,
    closed,
    ...(to !== undefined && { to }),
    ...(kind && { kinds: kind }),
    ...(evidence && { evidence }),
    ...(as_of && { as_of: as_of.seconds }),
  };
}

/** Splits `link` into two ids. */
export function lineOf(link: string | undefined): readonly [string, string] | undefined {
  const [from, to] = idsOf(link ?? '');
  return from !== undefined && to !== undefined ? [from, to] : undefined;
}
