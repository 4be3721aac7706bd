/**
 * What an execution and its activities logged, with levels and search. Node only.
 * @module
 */
import { to } from '../../links';
import { Empty, Section } from '../../parts/blocks';
import { LogLines, LogSearch } from '../../parts/log';
import type { ExecutionLog } from '../../questions/executions/log';
import { changed, LOG_LINES, type ShownInput } from './address';

/** `<Log log={log} run_id={run_id} input={input} />` */
export function Log({ log, run_id, input }: { log: ExecutionLog; run_id: string; input: ShownInput }) {
  const { items, more } = log;
  const asks = input.level !== undefined || input.search !== undefined;
  if (items.length === 0 && !asks)
    return (
      <Section id="log" title="Log">
        <p class="soft">Neither the workflow nor its activities logged anything.</p>
      </Section>
    );
  return (
    <Section id="log" title="Log">
      <Search input={input} />
      {items.length === 0 ? (
        <Empty title="No line matches.">
          <p>
            <a href={changed(input, { level: undefined, search: undefined }, 'log')}>Show all lines</a>
          </p>
        </Empty>
      ) : (
        <LogLines of={items} />
      )}
      {more && (
        <p class="soft">
          The newest {LOG_LINES} lines. Search for older ones, or read{' '}
          <a href={to.api(`/executions/${encodeURIComponent(run_id)}/log`, { limit: 500 })}>500 as JSON</a>.
        </p>
      )}
    </Section>
  );
}

function Search({ input }: { input: ShownInput }) {
  const { ref, level, search, state, activity, text, from, to: until, idle, skip, open, tree } = input;
  const kept = {
    state,
    activity,
    text,
    from,
    to: until,
    idle: idle === 'show' ? idle : undefined,
    skip: skip || undefined,
    open: open.join(',') || undefined,
    tree,
  };
  return (
    <LogSearch
      action={`${to.execution(ref)}#log`}
      name="search"
      text={search ?? ''}
      level={level ?? ''}
      kept={kept}
    />
  );
}
