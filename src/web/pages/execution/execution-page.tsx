/**
 * One execution: failure, timeline, tree, decisions, log. Node only.
 * @module
 */
import { to } from '../../links';
import { Remarks } from '../../parts/blocks';
import { executionData } from '../../questions/executions/data';
import { execution } from '../../questions/executions/execution';
import { executionLog } from '../../questions/executions/log';
import { executionTimeline } from '../../questions/executions/timeline';
import { page, type Visit } from '../page';
import { LOG_LINES, type ShownInput, shownInput, TIMELINE_ROWS } from './address';
import { Data } from './data';
import { Decisions } from './decisions';
import { FailureOf } from './failure';
import { Head } from './head';
import { Log } from './log';
import { Metadata } from './metadata';
import { Chart, type Opened } from './timeline/chart';
import { TreeOf } from './tree';

/** `/executions/RUN_ID`, `/executions/WORKFLOW_ID`. */
export const executionPage = page({
  path: '/executions/:ref',
  input: shownInput,
  async show(input, visit) {
    const { ref } = input;
    const logged = { text: input.search ?? '', level: input.level ?? ('' as const), limit: LOG_LINES };
    const [view, timeline, log, data, opened] = await Promise.all([
      visit.ask(execution, { ref, all: input.tree === 'all' }),
      visit.ask(executionTimeline, { ...choiceOf(input), skip: input.skip, limit: TIMELINE_ROWS }),
      visit.ask(executionLog, { ref, ...logged }),
      visit.ask(executionData, { ref }),
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
          {view.remarks.length > 0 && (
            <div id="remarks">
              <Remarks lines={view.remarks} />
            </div>
          )}
          <Head view={view} temporal_ui={visit.temporal_ui} />
          {view.failure && <FailureOf failure={view.failure} />}
          <Chart timeline={timeline} types={view.types} opened={opened} input={input} />
          <TreeOf view={view} input={input} />
          <Decisions view={view} />
          <Data data={data} run_id={start.run_id} />
          <Metadata metadata={view.metadata} />
          <Log log={log} run_id={start.run_id} input={input} />
        </div>
      ),
    };
  },
});

function choiceOf({ ref, state, activity, text, from, to, idle }: ShownInput) {
  return { ref, state, activity, text, from, to, idle };
}

/** Returns the rows of the expanded children, by run id; removed children are omitted. */
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
