/**
 * The timeline of an execution: controls, axis, rows. A script draws rows on scrolling; without it there are pages. Node only.
 * @module
 */
import type { ExecutionOverview } from '../../../../questions/executions/overview';
import type { Timeline } from '../../../../questions/executions/timeline';
import { counted } from '../../../../questions/words';
import { to } from '../../../links';
import { Empty, Section } from '../../../parts/blocks';
import { Time } from '../../../parts/words';
import { changed, type ShownInput, TIMELINE_ROWS } from '../address';
import { Axis, Background, Marks } from './axis';
import { Choice, Zoom } from './controls';
import { Row } from './row';

/** Rows of expanded children, by run id. */
export type Opened = ReadonlyMap<string, Timeline>;

/** `<Chart timeline={timeline} types={view.types} opened={opened} input={input} />` */
export function Chart(given: {
  timeline: Timeline;
  types: ExecutionOverview['types'];
  opened: Opened;
  input: ShownInput;
}) {
  const { timeline, types, opened, input } = given;
  const { begin, end, rows, total } = timeline;
  const chosen = [input.state, input.activity, input.text, input.from, input.to].some(
    (one) => one !== undefined,
  );
  if (rows.length === 0 && !chosen && input.skip === 0) return null;
  return (
    <Section id="timeline" title="Timeline" count={total}>
      <Choice input={input} types={types} />
      <Zoom timeline={timeline} input={input} />
      {rows.length === 0 ? (
        <Empty title={input.skip > 0 ? 'There are no more rows.' : 'No row matches.'}>
          <p>
            <a href={changed(input, BARE, 'timeline')}>Show the whole timeline</a>
          </p>
        </Empty>
      ) : (
        <>
          <p class="tl-ends soft">
            <Time at={begin} /> <Time at={end} />
          </p>
          <Rows timeline={timeline} opened={opened} input={input} />
          <PartsOf timeline={timeline} input={input} />
        </>
      )}
    </Section>
  );
}

const BARE = {
  state: undefined,
  activity: undefined,
  text: undefined,
  from: undefined,
  to: undefined,
  skip: 0,
};

function Rows({ timeline, opened, input }: { timeline: Timeline; opened: Opened; input: ShownInput }) {
  const { axis, rows, marks, run_id, total, skipped } = timeline;
  const { state, activity, text, from, to: until, idle, open } = input;
  const filters = { state, activity, text, from, to: until, idle };
  return (
    <div
      class="tl"
      data-rows={to.api(`/executions/${encodeURIComponent(run_id)}/timeline`, filters)}
      data-total={total}
      data-skipped={skipped}
      data-part={TIMELINE_ROWS}
      data-axis={JSON.stringify(axis)}
      data-opened={open.length > 0 ? 'true' : undefined}
    >
      <Axis axis={axis} />
      <div class="tl-body">
        <Background axis={axis} marks={marks} />
        <Marks axis={axis} marks={marks} />
        <ol class="tl-rows" start={skipped + 1}>
          {rows.map((row) => {
            if (!('run_id' in row)) return <Row of={row} axis={axis} />;
            const below = opened.get(row.run_id);
            const others = open.filter((one) => one !== row.run_id);
            const next = below ? others : [...others, row.run_id];
            const toggle = { href: changed(input, { open: next }, 'timeline'), open: below !== undefined };
            return (
              <>
                <Row of={row} axis={axis} toggle={row.activities + row.children > 0 ? toggle : undefined} />
                {below && <Below of={below} axis={axis} />}
              </>
            );
          })}
        </ol>
      </div>
    </div>
  );
}

/** Rows of an expanded child. */
function Below({ of, axis }: { of: Timeline; axis: Timeline['axis'] }) {
  const more = of.total - of.rows.length;
  return (
    <>
      {of.rows.map((row) => (
        <Row of={row} axis={axis} depth={1} />
      ))}
      {more > 0 && (
        <li class="tl-row tl-below">
          <div class="tl-name">
            <a href={`${to.execution(of.run_id)}#timeline`}>{counted(more, 'more row')}</a>
          </div>
        </li>
      )}
    </>
  );
}

/** Links to the previous and the next page. */
function PartsOf({ timeline: { skipped, rows, total }, input }: { timeline: Timeline; input: ShownInput }) {
  if (total <= rows.length) return null;
  const part = (skip: number) => changed(input, { skip }, 'timeline');
  const last = Math.floor((total - 1) / TIMELINE_ROWS) * TIMELINE_ROWS;
  return (
    <nav class="parts tl-parts" aria-label="Parts of the timeline">
      {skipped > 0 && <a href={part(0)}>First</a>}
      {skipped > 0 && (
        <a href={part(Math.max(0, skipped - TIMELINE_ROWS))} rel="prev">
          Previous
        </a>
      )}
      <span class="soft">
        Rows {(skipped + 1).toLocaleString('en-US')} to {(skipped + rows.length).toLocaleString('en-US')} of{' '}
        {total.toLocaleString('en-US')}
      </span>
      {skipped + rows.length < total && (
        <a href={part(skipped + TIMELINE_ROWS)} rel="next">
          Next
        </a>
      )}
      {skipped < last && <a href={part(last)}>Last</a>}
    </nav>
  );
}
