/**
 * One execution: what failed, its timeline, its tree, what was decided, what was logged. Node only.
 * @module
 */
import { to } from '../../links';
import { Remarks } from '../../parts/blocks';
import { execution } from '../../questions/execution';
import { executionTimeline } from '../../questions/execution-timeline';
import { page, type Visit } from '../page';
import { type ShownInput, shownInput, TIMELINE_ROWS } from './address';
import { Decisions } from './decisions';
import { FailureOf } from './failure';
import { Head } from './head';
import { Metadata } from './metadata';
import { Chart, type Opened } from './timeline/chart';
import { TreeOf } from './tree';

/** `/executions/RUN_ID`, `/executions/WORKFLOW_ID`. */
export const executionPage = page({
  path: '/executions/:ref',
  input: shownInput,
  async show(input, visit) {
    const [view, timeline, opened] = await Promise.all([
      visit.ask(execution, { ref: input.ref, all: input.tree === 'all' }),
      visit.ask(executionTimeline, { ...choiceOf(input), skip: input.skip, limit: TIMELINE_ROWS }),
      openedOf(input, visit),
    ]);
    const { start, status } = view;
    return {
      title: `${start.workflow_id} · ${start.workflow_type}`,
      section: 'executions',
      json: to.api(`/executions/${encodeURIComponent(start.run_id)}`),
      scripts: status === 'open' ? ['timeline', 'live'] : ['timeline'],
      body: (
        <div class="execution" data-live={status === 'open' ? '5' : undefined}>
          <Remarks lines={view.remarks} />
          <Head view={view} />
          {view.failure && <FailureOf failure={view.failure} />}
          <Chart timeline={timeline} opened={opened} input={input} />
          <TreeOf view={view} input={input} />
          <Decisions view={view} />
          <Metadata metadata={view.metadata} />
        </div>
      ),
    };
  },
});

function choiceOf({ ref, state, activity, text, from, to, idle }: ShownInput) {
  return { ref, state, activity, text, from, to, idle };
}

/** Rows of the children that are open, by run id; one that is gone is left out. */
async function openedOf({ open }: ShownInput, visit: Visit): Promise<Opened> {
  const parts = await Promise.all(
    open.map((ref) =>
      visit
        .ask(executionTimeline, { ref, idle: 'fold', skip: 0, limit: TIMELINE_ROWS })
        .catch(() => undefined),
    ),
  );
  return new Map(parts.flatMap((part) => (part ? [[part.run_id, part]] : [])));
}
