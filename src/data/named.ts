/**
 * The names in one run: each thing once, with the places where its name was found. Node only.
 * @module
 */
import { createHash } from 'node:crypto';
import { DATA } from '../model/data-limits';
import type { Redactor } from '../redaction/redactor';
import { type Candidate, type Place, pathOf } from './candidates';
import type { Look, LookTarget } from './look';
import { type DataName, type NamePlace, nameOf } from './names';
import type { NamePatterns } from './patterns';
import type { Roots } from './roots';

/** The rules by which names are recognised. */
export interface NameRules {
  host: string;
  redactor: Redactor;
  roots: Roots;
  ignored: NamePatterns;
}

/** One thing that a run named. */
export interface NamedThing {
  readonly name: DataName;
  readonly site_name?: string;
  /** Absent for what capture does not examine. */
  readonly target?: LookTarget;
  readonly paths: string[];
  in_args: boolean;
  declared?: 'used' | 'generated';
  /** Its state when the code began, or when its use was declared. */
  before?: Look;
}

/**
 * The most JSON paths that are kept for one name. If a name occurs in a thousand places, the last ones add
 * nothing.
 */
const MAX_PATHS = 20;

/** All that a run named. */
export class NamedThings {
  readonly all = new Map<string, NamedThing>();
  /** Why there may be more. */
  readonly reasons = new Set<string>();
  readonly #rules: NameRules;

  constructor(rules: NameRules) {
    this.#rules = rules;
  }

  /** Adds candidates, and returns the new ones. */
  add(candidates: readonly Candidate[], in_args: boolean): NamedThing[] {
    const place: NamePlace = { host: this.#rules.host, cwd: process.cwd(), platform: process.platform };
    const { lists, single } = partedByLists(candidates);
    const added = single.map((candidate) => this.#candidate(candidate, in_args, place));
    for (const [list, members] of lists) added.push(...this.#list(list, members, in_args, place));
    return added.filter((thing) => thing !== undefined);
  }

  /** Adds one name that the code declared. */
  declare(text: string, direction: 'used' | 'generated'): NamedThing | undefined {
    const place: NamePlace = { host: this.#rules.host, cwd: process.cwd(), platform: process.platform };
    const name = this.#nameOf(text, '', place);
    const thing = name && (this.all.get(name.uri) ?? this.#thing(name, targetOf(name)));
    if (thing) thing.declared ??= direction;
    return thing;
  }

  #candidate(
    { text, key, place: found }: Candidate,
    in_args: boolean,
    at: NamePlace,
  ): NamedThing | undefined {
    const name = this.#nameOf(text, key, at);
    return name && this.#found(name, found, in_args, () => targetOf(name));
  }

  /**
   * In a very long array of names, the files become one thing, in their order. Its other URIs remain separate.
   */
  #list(
    list: Place,
    members: readonly Candidate[],
    in_args: boolean,
    at: NamePlace,
  ): (NamedThing | undefined)[] {
    const uris = new Set<string>();
    const others: (NamedThing | undefined)[] = [];
    for (const member of members) {
      const name = this.#nameOf(member.text, member.key, at);
      if (name?.remote) others.push(this.#found(name, member.place, in_args, () => undefined));
      else if (name) uris.add(name.uri);
    }
    if (uris.size === 0) return others;
    const digest = createHash('sha256')
      .update([...uris].join('\n'))
      .digest('hex');
    const name: DataName = { uri: `list:sha256:${digest}` };
    return [...others, this.#found(name, list, in_args, () => ({ uri: name.uri, list: [...uris] }))];
  }

  #nameOf(text: string, key: string, at: NamePlace): DataName | undefined {
    const { redactor, ignored } = this.#rules;
    const name = nameOf(text, key, at, redactor);
    if (name === 'masked') {
      this.reasons.add('masked');
      return undefined;
    }
    if (!name) return undefined;
    const { uri, path } = name;
    const names =
      path === undefined ? [uri] : [path, belowFolder(path, at.cwd), this.#siteNameOf(path) ?? path];
    return ignored.match(names) ? undefined : name;
  }

  /** Returns the thing if it is new. */
  #found(
    name: DataName,
    found: Place,
    in_args: boolean,
    target: () => LookTarget | undefined,
  ): NamedThing | undefined {
    const known = this.all.get(name.uri);
    const thing = known ?? this.#thing(name, target());
    if (!thing) return undefined;
    if (thing.paths.length < MAX_PATHS) thing.paths.push(this.#rules.redactor.text(pathOf(found)).text);
    thing.in_args ||= in_args;
    return known ? undefined : thing;
  }

  #thing(name: DataName, target: LookTarget | undefined): NamedThing | undefined {
    if (this.all.size >= DATA.items) {
      this.reasons.add('too_many_names');
      return undefined;
    }
    const site = name.path === undefined ? undefined : this.#rules.roots.siteNameOf(name.path);
    const thing: NamedThing = {
      name,
      paths: [],
      in_args: false,
      ...(site && { site_name: site.site_name }),
      ...(target && { target: site ? { ...target, share: site.root } : target }),
    };
    this.all.set(name.uri, thing);
    return thing;
  }

  #siteNameOf(path: string): string | undefined {
    return this.#rules.roots.siteNameOf(path)?.site_name;
  }
}

function targetOf({ uri, remote, pattern }: DataName): LookTarget | undefined {
  if (remote) return undefined;
  return pattern === undefined ? { uri } : { uri, pattern };
}

function belowFolder(path: string, folder: string): string {
  return path.startsWith(`${folder}/`) ? path.slice(folder.length + 1) : path;
}

/** Separates candidates that are elements of a very long array, by array, from the rest. */
function partedByLists(candidates: readonly Candidate[]) {
  if (candidates.length <= DATA.list_items)
    return { lists: new Map<Place, Candidate[]>(), single: candidates };
  const elements = new Map<Place, Candidate[]>();
  for (const candidate of candidates) {
    const { above, step } = candidate.place;
    if (!above || typeof step !== 'number') continue;
    const list = elements.get(above);
    if (list) list.push(candidate);
    else elements.set(above, [candidate]);
  }
  const lists = new Map([...elements].filter(([, list]) => list.length > DATA.list_items));
  const single = candidates.filter(({ place }) => !place.above || !lists.has(place.above));
  return { lists, single };
}
