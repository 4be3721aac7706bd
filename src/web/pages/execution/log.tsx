/**
 * What an execution and its activities logged, with levels and search. Node only.
 * @module
 */
import { to } from '../../links';
import { Empty, Section } from '../../parts/blocks';
import { LogLines } from '../../parts/log';
import type { ExecutionLog } from '../../questions/executions/log';
import { changed, LEVELS, LOG_LINES, type ShownInput } from './address';

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
        <Empty title="No line like that.">
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
    <form class="filters" method="get" action={`/executions/${encodeURIComponent(ref)}#log`}>
      <div class="field wide">
        <label for="log-search">Text in a message or its attributes</label>
        <input id="log-search" name="search" type="search" value={search ?? ''} maxlength={200} />
      </div>
      <div class="field">
        <label for="log-level">From level</label>
        <select id="log-level" name="level">
          <option value="">all</option>
          {LEVELS.map((name) => (
            <option value={name} selected={name === level}>
              {name}
            </option>
          ))}
        </select>
      </div>
      {Object.entries(kept).map(
        ([name, value]) => value !== undefined && <input type="hidden" name={name} value={String(value)} />,
      )}
      <button type="submit">Search</button>
    </form>
  );
}
