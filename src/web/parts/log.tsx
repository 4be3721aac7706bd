/**
 * Logged lines: when, how grave, of whom, what. Node only.
 * @module
 */
import type { JsonObject } from '../../model/json';
import type { LogLine } from '../../model/progress';
import { shownValue } from '../../questions/shown/marked-values';
import { isProblem } from '../../questions/stories/run-words';
import { RUN } from '../limits';
import { to } from '../links';
import { Details } from './blocks';
import { Value } from './value';
import { Text, Time } from './words';

/** A line; `run`: whose it is, where lines of several stand together. */
export interface ShownLine extends LogLine {
  run?: { uid: string; activity_type: string };
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
