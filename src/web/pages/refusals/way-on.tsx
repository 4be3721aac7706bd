/**
 * What to do about an activity that was refused. Node only.
 * @module
 */
import type { RefusedActivity } from '../../../questions/lists/refused';
import { to } from '../../links';

/** A name that needs no quotes in a shell. */
const PLAIN = /^[\w.-]+$/;

/** What to do: a waiting activity continues when the stash has the missing fields; a failed one must be started again. */
export function WayOn({ of }: { of: RefusedActivity }) {
  if (of.status === 'opened') return <>It continued.</>;
  if (of.status !== 'waiting')
    return (
      <>
        Start it again with the missing fields. <a href={to.rules()}>Rules</a>
      </>
    );
  return (
    <>
      Set it in the <a href={to.stash()}>stash</a>; the activity then continues:
      {missingKeys(of).map((key) => (
        <pre>
          temporal-provenance stash set {key} VALUE{of.lab === 'default' ? '' : ` --lab ${quoted(of.lab)}`}
        </pre>
      ))}
    </>
  );
}

/** Returns the keys to set. Keys of the stash are whole fields: `sample` for a missing `sample.name`. */
function missingKeys({ issues }: RefusedActivity): string[] {
  const keys = issues.flatMap(({ path }) => (path.length === 0 ? [] : [String(path[0])]));
  return [...new Set(keys)].map(quoted);
}

function quoted(text: string): string {
  return PLAIN.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
