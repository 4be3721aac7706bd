/**
 * Inputs and outputs of an execution as a whole. Inputs are what its runs and those of its children used and
 * did not generate. Outputs are what they generated. Node only.
 * @module
 */
import type { ExecutionRecord } from '../../model/execution';
import { EVIDENCE, LINK_KINDS } from '../../model/link';
import type { VersionFacts } from '../../store/interface/lineage-reading';
import type { Store } from '../../store/store';
import { namesOf, printedId } from '../lineage/node-words';
import type { Scope } from '../scope';

/** Limit for the run nodes that are read. */
const MAX_NODES = 25_000;
/** Limit for the data of each side in the answer. */
const MAX_ITEMS = 100;

/** The evidence that is not ambiguous. */
const CERTAIN = Object.entries(EVIDENCE).reduce(
  (mask, [name, bit]) => (name.endsWith('-ambiguous') ? mask : mask | bit),
  0,
);

/** A piece of data. */
export interface ExecutionData {
  /** The id as lineage prints it: `artifact:sha256:…`, or by URI if its content is not known. */
  id: string;
  names: string[];
  kind: string;
  sha256?: string;
  size_bytes?: number;
}

/** Inputs and outputs. */
export interface DataOfExecution {
  /** Data that runs of the execution used, and that none of them generated. */
  used: ExecutionData[];
  /** The number of all inputs, counted by versions. */
  used_total: number;
  generated: ExecutionData[];
  generated_total: number;
  /** True if a limit left out some runs. */
  truncated?: true;
}

/** Reads the inputs and outputs; empty if nothing is recorded. */
export async function executionDataOf(
  { store }: Scope,
  { start }: ExecutionRecord,
): Promise<DataOfExecution> {
  const from = await store.lineage.executionNodes(start.run_id, MAX_NODES);
  const [used, generated] = await Promise.all([
    reached(store, from, 'used'),
    reached(store, from, 'generated'),
  ]);
  const made = new Set(generated);
  const brought = used.filter((node) => !made.has(node));
  const facts = await factsOf(store, [...brought.slice(0, MAX_ITEMS), ...generated.slice(0, MAX_ITEMS)]);
  const items = (nodes: readonly number[]) =>
    itemsOf(nodes.slice(0, MAX_ITEMS).flatMap((node) => facts.get(node) ?? []));
  return {
    used: items(brought),
    used_total: brought.length,
    generated: items(generated),
    generated_total: generated.length,
    ...(from.length >= MAX_NODES && { truncated: true as const }),
  };
}

async function reached(store: Store, from: readonly number[], kind: 'used' | 'generated'): Promise<number[]> {
  if (from.length === 0) return [];
  const selection = { kinds: [LINK_KINDS[kind]], evidence: CERTAIN };
  const direction = kind === 'used' ? 'up' : 'down';
  const { links } = await store.lineage.walk({ from, direction, depth: 1, selection });
  return [...new Set(links.map(({ earlier, later }) => (kind === 'used' ? earlier : later)))];
}

async function factsOf(store: Store, nodes: readonly number[]): Promise<ReadonlyMap<number, VersionFacts>> {
  const facts = nodes.length === 0 ? [] : await store.lineage.nodeFacts([...new Set(nodes)]);
  return new Map(facts.flatMap((one) => (one.type === 'version' ? [[one.node, one]] : [])));
}

/** Versions of one content are one item. */
function itemsOf(versions: readonly VersionFacts[]): ExecutionData[] {
  const groups = new Map<string, VersionFacts[]>();
  for (const one of versions) groups.set(printedId(one), [...(groups.get(printedId(one)) ?? []), one]);
  return [...groups].map(([id, same]) => {
    const { kind, sha256, size_bytes } = same[0]!;
    return {
      id,
      names: namesOf(same),
      kind,
      ...(sha256 !== undefined && { sha256 }),
      ...(size_bytes !== undefined && { size_bytes }),
    };
  });
}
