/**
 * The filters and the zoom of a timeline. Node only.
 * @module
 */
import type { ExecutionOverview } from '../../../../questions/executions/overview';
import type { Timeline } from '../../../../questions/executions/timeline';
import { changed, type ShownInput } from '../address';

const STATES = [
  ['', 'All statuses'],
  ['failed', 'Failed'],
  ['retried', 'Retried'],
  ['open', 'Open'],
] as const;

/** `<Choice input={input} types={view.types} />` */
export function Choice({ input, types }: { input: ShownInput; types: ExecutionOverview['types'] }) {
  const { ref, state, activity, text, from, to, idle } = input;
  const kept = { from, to, idle: idle === 'show' ? idle : undefined };
  return (
    <form class="filters" method="get" action={`/executions/${encodeURIComponent(ref)}#timeline`}>
      <div class="field">
        <label for="tl-state">Status</label>
        <select id="tl-state" name="state">
          {STATES.map(([value, words]) => (
            <option value={value} selected={value === (state ?? '')}>
              {words}
            </option>
          ))}
        </select>
      </div>
      <div class="field">
        <label for="tl-activity">Activity</label>
        <select id="tl-activity" name="activity">
          <option value="">All types</option>
          {types.map(({ activity_type, activities }) => (
            <option value={activity_type} selected={activity_type === activity}>
              {activity_type} ({activities.toLocaleString('en-US')})
            </option>
          ))}
        </select>
      </div>
      <div class="field">
        <label for="tl-text">Text</label>
        <input id="tl-text" type="search" name="text" value={text ?? ''} placeholder="type, error, scan id" />
      </div>
      {Object.entries(kept).map(
        ([name, value]) => value !== undefined && <input type="hidden" name={name} value={String(value)} />,
      )}
      <button type="submit">Show</button>
    </form>
  );
}

/** `<Zoom timeline={timeline} input={input} />`: zoom in and out, earlier, later; idle time. */
export function Zoom({ timeline, input }: { timeline: Timeline; input: ShownInput }) {
  const { begin, end, since, until, axis } = timeline;
  const length = end - begin;
  const span = (from: number, to: number) =>
    changed(input, { from: rounded(from), to: rounded(to), skip: 0 }, 'timeline');
  const whole = input.from === undefined && input.to === undefined;
  const folds = axis.some(({ idle }) => idle);
  return (
    <nav class="tl-tools" aria-label="Span of the timeline">
      <a data-span="nearer" href={span(begin + length / 4, end - length / 4)}>
        Nearer
      </a>
      {!whole && (
        <>
          <a
            data-span="further"
            href={span(Math.max(since, begin - length / 2), Math.min(until, end + length / 2))}
          >
            Further
          </a>
          {begin > since && (
            <a data-span="earlier" href={span(begin - length / 2, end - length / 2)}>
              Earlier
            </a>
          )}
          {end < until && (
            <a data-span="later" href={span(begin + length / 2, end + length / 2)}>
              Later
            </a>
          )}
          <a data-span="whole" href={changed(input, { from: undefined, to: undefined, skip: 0 }, 'timeline')}>
            Whole
          </a>
        </>
      )}
      {folds && <a href={changed(input, { idle: 'show' }, 'timeline')}>Show idle time</a>}
      {input.idle === 'show' && <a href={changed(input, { idle: 'fold' }, 'timeline')}>Fold idle time</a>}
    </nav>
  );
}

function rounded(seconds: number): number {
  return Number(seconds.toFixed(3));
}
