/**
 * Decides which records can bring links. It is called for every written record, so it is fast for those without lineage. Node
 * only.
 * @module
 */
import type { WriteRecord } from '../../store/interface/written';
import { data, digest, origins } from '../../store/records/data';

const FACTS: ReadonlySet<string> = new Set([data, digest, origins].map(({ name }) => name));
/** The beginning of the plugin's part, as `toOpenRecord` writes it. This part is last and short. */
const PROVENANCE = '"provenance":{';
const PREDECESSORS = '"predecessors":[';
/** Kinds of records that can show that an activity or an execution has a result. */
const ENDS: ReadonlySet<WriteRecord['kind']> = new Set(['stop', 'settled', 'resolution', 'execution-close']);

/**
 * True if links can follow from a record.
 * @param waiting links wait for the end of an activity or execution
 */
export function bringsLinks(record: WriteRecord, waiting: boolean): boolean {
  if (record.kind === 'open') {
    const { facts } = record;
    return facts.includes(PREDECESSORS, facts.lastIndexOf(PROVENANCE));
  }
  if (record.kind === 'document') return FACTS.has(record.of);
  return waiting && ENDS.has(record.kind);
}
