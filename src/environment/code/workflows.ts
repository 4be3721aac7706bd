/**
 * The probe of a worker's workflow sources. They are bundled, not loaded, so `require` does not list them.
 * Node.
 * @module
 */
import type { Json } from '../../model/json';
import type { Probe } from '../findings';
import type { Field } from '../identity/fields';
import type { Declared } from '../program/declared';
import type { WorkflowCode } from '../program/worker-code';
import { type Holders, nameFiles } from './held';
import { gravestReason } from './inexact';
import { noteCompared } from './later';
import { KEPT_BYTES, recordUnheld } from './record';
import { Resolver } from './resolve';
import { walkCode } from './walk';

/** What the capture of the process has found. */
interface Shared {
  facts: ReadonlyMap<Field, Json>;
  declared: Declared;
}

/** The probe. It runs after those of the process. */
export function workflowsProbe(code: WorkflowCode | undefined, { facts, declared }: Shared): Probe {
  const kept = facts.get('code.kept_bytes');
  const left = KEPT_BYTES - (typeof kept === 'number' ? kept : 0);
  const holders: Holders = {
    declared: Promise.resolve(declared),
    knowsTree: Promise.resolve(facts.has('git.worktree_tree')),
  };
  return {
    fields: ['code.workflows'],
    async run(context, findings) {
      const roots = rootsOf(code);
      if (roots.length === 0) {
        findings.absent(code?.code === undefined ? 'no_workflows' : 'bundle_only', 'code.workflows');
        return;
      }
      const files = await walkCode(new Set(roots), context.deadline);
      noteCompared(files.map(({ path }) => path));
      const named = await nameFiles(files, context, holders);
      const { manifest, inexact } = await recordUnheld(named, left, context, holders, findings);
      findings.found('code.workflows', manifest);
      const reason = gravestReason(inexact);
      if (reason) findings.remark('code.workflows', reason);
    },
  };
}

/** The SDK accepts a folder, or a name without extension, like `require`. */
function rootsOf(code: WorkflowCode | undefined): string[] {
  const resolver = new Resolver();
  const given = [code?.codePath, code?.path, ...(code?.modules ?? [])].filter((path) => path !== undefined);
  return given.flatMap((specifier) => resolver.resolve({ specifier, kind: 'require' }, specifier) ?? []);
}
