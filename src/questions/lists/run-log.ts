/**
 * The log lines of one run, a part at a time, oldest first. Node only.
 * @module
 */
import type { RunRecord } from '../../model/documents';
import type { LogPartQuery, NumberedLine } from '../../store/interface/details';
import type { Scope } from '../scope';

export type { NumberedLine } from '../../store/interface/details';

/** In ascending order. */
const LEVELS: readonly string[] = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR'];

/** This level and all higher ones, as they are stored; undefined for an unknown level. */
export function levelsFrom(level: string): readonly string[] | undefined {
  const at = LEVELS.indexOf(level.toUpperCase());
  return at < 0 ? undefined : LEVELS.slice(at);
}

/** Lines of a run. */
export function runLinesOf(
  { store }: Scope,
  { start }: RunRecord,
  wanted: Omit<LogPartQuery, 'owner'>,
): Promise<NumberedLine[]> {
  return store.logPart({ ...wanted, owner: { run_start: start.uid } });
}
