/**
 * One row of a timeline: its name and facts, and its attempts on the axis. `browser/timeline-row.ts` draws the same. Node only.
 * @module
 */
import { type AxisPart, placeOn } from '../../../../questions/executions/axis';
import type { ActivityRow, ChildRow, OutlineRow } from '../../../../questions/executions/rows';
import { markOf } from '../../../../questions/status';
import { counted } from '../../../../questions/words';
import { to } from '../../../links';
import { Text, tookText } from '../../../parts/words';
import { childText } from '../tree';

/** `<Row of={row} axis={axis} />`. `toggle`: expands or collapses a child; `depth`: 1 below an expanded child. */
export function Row(given: {
  of: OutlineRow;
  axis: readonly AxisPart[];
  toggle?: { href: string; open: boolean };
  depth?: number;
}) {
  const { of, axis, toggle, depth = 0 } = given;
  return (
    <li class={`tl-row ${of.tone}${depth > 0 ? ' tl-below' : ''}`}>
      <div class="tl-name">
        <span class="sign" aria-hidden="true">
          {markOf(of.status)}
        </span>
        <span class="unseen">{of.status}</span>
        {'run_id' in of ? <ChildName of={of} toggle={toggle} /> : <ActivityName of={of} />}
      </div>
      <svg class="tl-track" aria-hidden="true">
        {'run_id' in of ? <ChildBar of={of} axis={axis} /> : <Attempts of={of} axis={axis} />}
      </svg>
    </li>
  );
}

function ActivityName({ of }: { of: ActivityRow }) {
  const { uid, activity_type, scan_id, attempts, spans, status, error } = of;
  const [first, last] = [spans[0]!, spans.at(-1)!];
  const facts = [
    scan_id !== undefined && `scan ${scan_id}`,
    attempts > 1 && counted(attempts, 'attempt'),
    last.end !== undefined && tookText((last.end - first.begin) * 1000),
  ].filter(Boolean);
  return (
    <>
      <a href={to.run(uid)} title={[activity_type, status, error].filter(Boolean).join('\n')}>
        <Text of={activity_type} />
      </a>
      <span class="soft">{facts.join(' · ')}</span>
    </>
  );
}

function ChildName({ of, toggle }: { of: ChildRow; toggle?: { href: string; open: boolean } }) {
  const { run_id, workflow_id, workflow_type, status } = of;
  return (
    <>
      {toggle && (
        <a
          class="tl-toggle"
          href={toggle.href}
          aria-label={toggle.open ? 'Fold the activities of this child' : 'Show the activities of this child'}
        >
          {toggle.open ? '▾' : '▸'}
        </a>
      )}
      <a href={to.execution(run_id)} title={[workflow_id, workflow_type, status].filter(Boolean).join('\n')}>
        <Text of={workflow_id} />
      </a>
      <span class="soft">child · {childText(of)}</span>
    </>
  );
}

function Attempts({ of: { spans }, axis }: { of: ActivityRow; axis: readonly AxisPart[] }) {
  return (
    <>
      {spans.map((span, index) => {
        const { scheduled, begin, end, status, tone, attempt } = span;
        const before = spans[index - 1]?.end;
        const title = `attempt ${attempt}: ${status}${end === undefined ? '' : `, ${tookText((end - begin) * 1000)}`}`;
        return (
          <>
            {before !== undefined && scheduled > before && (
              <Bar
                kind="tl-between"
                axis={axis}
                from={before}
                to={scheduled}
                title="waits for the next attempt"
              />
            )}
            {begin > scheduled && (
              <Bar
                kind="tl-wait"
                axis={axis}
                from={scheduled}
                to={begin}
                title={`waits for a worker, ${tookText((begin - scheduled) * 1000)}`}
              />
            )}
            <Bar kind={`tl-span ${tone}`} axis={axis} from={begin} to={end} title={title} />
            {tone !== 'good' && (
              <text class={tone} x={percent(placeOn(axis, begin))} y="16">
                {markOf(status)}
              </text>
            )}
          </>
        );
      })}
    </>
  );
}

function ChildBar({ of, axis }: { of: ChildRow; axis: readonly AxisPart[] }) {
  const { begin, end, status, tone } = of;
  if (begin === undefined) return null;
  return <Bar kind={`tl-child ${tone}`} axis={axis} from={begin} to={end} title={status} />;
}

/** `to` absent: to the end of the axis. */
function Bar(given: { kind: string; axis: readonly AxisPart[]; from: number; to?: number; title: string }) {
  const { kind, axis, from, to: until, title } = given;
  const first = axis[0]?.begin ?? 0;
  const last = axis.at(-1)?.end ?? 0;
  const end = until ?? last;
  if (end < first || from > last) return null;
  const x = placeOn(axis, Math.max(first, from));
  const width = Math.max(0, placeOn(axis, Math.min(last, end)) - x);
  return (
    <rect class={kind} x={percent(x)} width={percent(width)}>
      <title>{title}</title>
    </rect>
  );
}

/** Returns a position on the axis as an SVG attribute. */
export function percent(place: number): string {
  return `${Number((place * 100).toFixed(3))}%`;
}
