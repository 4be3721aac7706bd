/**
 * Whether a lab has said that no code may run without it: rules that refuse, or a store that must have the run first. Node only.
 * @module
 */
import type { LabRulesBook } from '../options/lab-rules';
import type { ResolvedOptions } from '../options/options';

/** True: a worker of this lab whose capture can't be set up must not run its activities. */
export function mustNotRunBare(
  { options, rules }: { options: ResolvedOptions; rules: LabRulesBook },
  lab: string,
): boolean {
  const { rules: own, onRefusal } = rules.of(lab);
  return options.onStoreFailure === 'block' || (!own.empty && onRefusal !== 'record');
}
