/**
 * Log lines: time, level, source, message. Node only.
 * @module
 */
import type { JsonObject } from '../../model/json';
import type { LogLine } from '../../model/progress';
import { shownValue } from '../../questions/shown/marked-values';
import { isProblem } from '../../questions/stories/run-words';
import { LOG, RUN } from '../limits';
import { type Parameters, to } from '../links';
import { LOG_LEVELS } from '../questions/inputs';
import { Details } from './blocks';
import { Value } from './value';
import { Text, Time } from './words';

/** A line; `run`: its source, if lines of several runs are mixed. */
export interface ShownLine extends LogLine {
  run?: { uid: string; activity_type: string };
}

/**
 * `<LogSearch action={address} name="text" text={text} level={level} />`: filters a log by text and level. `name`: the
 * parameter of the text; `kept`: other parameters of the page; `live`: a script filters while the reader types.
 */
export function LogSearch(given: {
  action: string;
  name: string;
  text: string;
  level: string;
  kept?: Parameters;
  live?: boolean;
}) {
  const { action, name, text, level, kept = {}, live = false } = given;
  return (
    <form class="filters" method="get" action={action} data-live={live ? 'log' : undefined}>
      <div class="field wide">
        <label for="log-text">Text in a message or its attributes</label>
        <input id="log-text" name={name} type="search" value={text} maxlength={LOG.text_characters} />
      </div>
      <div class="field">
        <label for="log-level">From level</label>
        <select id="log-level" name="level">
          <option value="">all</option>
          {LOG_LEVELS.map((one) => (
            <option value={one} selected={one === level}>
              {one}
            </option>
          ))}
        </select>
      </div>
      {Object.entries(kept).map(
        ([key, value]) => value !== undefined && <input type="hidden" name={key} value={String(value)} />,
      )}
      <button type="submit">Search</button>
    </form>
  );
}

/** `<LogLines of={lines} />` */
export function LogLines({ of }: { of: readonly ShownLine[] }) {
  return (
    <ol class="log" tabindex={0} aria-label="Logged lines">
      {of.map((line) => (
        <Line of={line} />
      ))}
    </ol>
  );
}

function Line({ of: { time, level, message, attributes, run } }: { of: ShownLine }) {
  const word = level.toLowerCase();
  return (
    <li class={isProblem(level) ? `log-line ${word === 'warn' ? 'odd' : 'bad'}` : 'log-line'}>
      <Time at={time} /> <span class="log-level">{word}</span>
      <div class="log-message">
        {run && (
          <>
            <a href={to.run(run.uid)}>
              <Text of={run.activity_type} />
            </a>{' '}
          </>
        )}
        {message.length > RUN.message_characters ? (
          <Details summary={<bdi>{message.slice(0, RUN.message_characters)}…</bdi>}>
            <pre>
              <bdi>{message.slice(0, RUN.document_characters)}</bdi>
            </pre>
          </Details>
        ) : (
          <Text of={message} />
        )}
        {attributes && <Attributes of={attributes} />}
      </div>
    </li>
  );
}

function Attributes({ of }: { of: JsonObject }) {
  const text = shownValue(of);
  if (text.length > RUN.head_characters) return <Value of={of} />;
  return (
    <code class="log-attributes">
      <bdi>{text}</bdi>
    </code>
  );
}
