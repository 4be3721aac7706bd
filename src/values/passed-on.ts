/**
 * Prepares the sandbox's report of passed values for recording. A path consists of names, a name can be a
 * secret, and a lab that encrypts its payloads must have no names in plain text. Node only.
 * @module
 */
import { isNameless } from '../lineage/json-path';
import type { Predecessor, ProvenanceStart } from '../model/documents';
import { lineageIn, predecessorsOf } from '../temporal/lineage-header';
import type { ValueRecorder } from './policy';

type PathRules = Pick<ValueRecorder, 'withholds' | 'text'>;

const INDICES = /\[\d+\]/g;

/**
 * Decides which paths may be recorded. Use one instance for a document: paths that differ only in indices are
 * checked once.
 */
export class PathMask {
  readonly #rules: PathRules;
  readonly #clean = new Map<string, boolean>();

  constructor(rules: PathRules) {
    this.#rules = rules;
  }

  /** The path, masked if it holds a secret; `undefined` if a codec encrypts its names. */
  path(path: string): string | undefined {
    if (isNameless(path)) return path;
    if (this.#rules.withholds) return undefined;
    const shape = path.replace(INDICES, '[]');
    let clean = this.#clean.get(shape);
    if (clean === undefined) {
      clean = this.#rules.text(shape) === shape;
      this.#clean.set(shape, clean);
    }
    return clean ? path : this.#rules.text(path);
  }
}

/** Predecessors of a run, from the data of its header; empty if it contains none. Never throws. */
export function passedTo(
  header: Uint8Array | null | undefined,
  run_id: string | undefined,
  rules: PathRules,
): Pick<ProvenanceStart, 'predecessors' | 'predecessors_partial'> {
  const lineage = lineageIn(header);
  if (!lineage || run_id === undefined) return {};
  const { predecessors, partial } = predecessorsOf({ lineage }, run_id);
  const mask = new PathMask(rules);
  return {
    ...(predecessors.length > 0 && { predecessors: predecessors.map((of) => masked(of, mask)) }),
    ...(partial && { predecessors_partial: true }),
  };
}

function masked({ paths, ...predecessor }: Predecessor, mask: PathMask): Predecessor {
  const kept = paths?.flatMap(([from, to]): [string, string][] => {
    const [maskedFrom, maskedTo] = [mask.path(from), mask.path(to)];
    return maskedFrom === undefined || maskedTo === undefined ? [] : [[maskedFrom, maskedTo]];
  });
  return kept && kept.length > 0 ? { ...predecessor, paths: kept } : predecessor;
}
