/**
 * Decides whether a lab forbids running code without capture: it has rules that refuse, or requires that the
 * store has the run first. Node only.
 * @module
 */
import type { LabRulesBook } from '../options/lab-rules';
import type { ResolvedOptions } from '../options/options';

/** True if a worker of this lab whose capture cannot be set up must not run its activities. */
export function mustNotRunBare(
  { options, rules }: { options: ResolvedOptions; rules: LabRulesBook },
  lab: string,
): boolean {
  const { rules: own, onRefusal } = rules.of(lab);
  return options.onStoreFailure === 'block' || (!own.empty && onRefusal !== 'record');
}
