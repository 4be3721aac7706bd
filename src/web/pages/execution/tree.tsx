/**
 * The activities and children of an execution as a tree, one line for all attempts. A long tree shows the first, the last and the
 * failed ones. Node only.
 * @module
 */
import { shortUid } from '../../../model/ids';
import type { ExecutionOverview } from '../../../questions/executions/overview';
import type { ActivityRow, ChildRow } from '../../../questions/executions/rows';
import type { Tree, TreeRow } from '../../../questions/executions/tree';
import { counted } from '../../../questions/words';
import { to } from '../../links';
import { Empty, Section } from '../../parts/blocks';
import { Chip, Status, Text, Time, Took } from '../../parts/words';
import { changed, type ShownInput } from './address';

/** `<TreeOf view={view} input={input} />` */
export function TreeOf({ view, input }: { view: ExecutionOverview; input: ShownInput }) {
  const { tree, truncated } = view;
  return (
    <Section id="tree" title="Activities and children">
      {tree.rows.length === 0 ? (
        <Empty title="No activity was recorded.">
          <p>Runs appear here when a worker with the plugin starts them.</p>
        </Empty>
      ) : (
        <Branches of={tree} all={changed(input, { tree: 'all' }, 'tree')} />
      )}
      {truncated && <p class="soft">The tree is cut: not all executions below it were read.</p>}
    </Section>
  );
}

/** `all`: the address with all rows; absent below a child, whose own page has them. */
function Branches({ of, all }: { of: Tree; all: string }) {
  const { rows, left } = of;
  return (
    <ul class="tree">
      {rows.map((row, index) => (
        <>
          <Branch of={row} />
          {left?.after === index && (
            <li class="soft">
              … {left.rows.toLocaleString('en-US')} more
              {left.failed > 0 && `, ${left.failed.toLocaleString('en-US')} failed`}:{' '}
              <a href={all}>show all</a>
            </li>
          )}
        </>
      ))}
    </ul>
  );
}

function Branch({ of: { row, below } }: { of: TreeRow }) {
  if (!('run_id' in row))
    return (
      <li>
        <Activity of={row} />
      </li>
    );
  return (
    <li>
      <Child of={row} />
      {below && below.rows.length > 0 && (
        <Branches of={below} all={`${to.execution(row.run_id)}?tree=all#tree`} />
      )}
    </li>
  );
}

function Activity({ of }: { of: ActivityRow }) {
  const { uid, activity_type, status, scan_id, attempts, spans, error } = of;
  const last = spans.at(-1)!;
  return (
    <div class="branch">
      <Status of={status} />
      <a href={to.run(uid)}>
        <Text of={activity_type} />
      </a>
      <code class="soft">{shortUid(uid)}</code>
      {scan_id !== undefined && <span>scan {scan_id}</span>}
      {last.end !== undefined && <Took ms={(last.end - last.begin) * 1000} />}
      {attempts > 1 && <Chip tone="odd">{counted(attempts, 'attempt')}</Chip>}
      {error !== undefined && (
        <span class="error-head">
          <Text of={error} />
        </span>
      )}
    </div>
  );
}

function Child({ of }: { of: ChildRow }) {
  const { run_id, workflow_id, workflow_type, status, begin, end } = of;
  return (
    <div class="branch">
      <Status of={status} />
      <a href={to.execution(run_id)}>
        <strong>
          <Text of={workflow_id} />
        </strong>
      </a>
      <span class="soft">
        child <Text of={workflow_type ?? ''} />
      </span>
      {begin !== undefined &&
        (end !== undefined ? (
          <Took ms={(end - begin) * 1000} />
        ) : (
          <span>
            since <Time at={begin} />
          </span>
        ))}
      <span class="soft">{childText(of)}</span>
    </div>
  );
}

/** Returns the contents of a collapsed child, in words. */
export function childText({ activities, failed, open, children }: ChildRow): string {
  const words = [counted(activities, 'activity', 'activities')];
  if (children > 0) words.push(`${counted(children, 'child', 'children')} of its own`);
  if (failed > 0) words.push(`${failed.toLocaleString('en-US')} failed`);
  if (open > 0) words.push(`${open.toLocaleString('en-US')} open`);
  return words.join(', ');
}
