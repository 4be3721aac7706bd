/**
 * A few logged lines. Node only.
 * @module
 */
import type { LogLine } from '../../../model/progress';
import { shownValue } from '../../../questions/shown/marked-values';
import { isProblem } from '../../../questions/stories/run-words';
import { Text, Time } from '../../parts/words';

/** `<LoggedLines lines={log} />` */
export function LoggedLines({ lines }: { lines: readonly LogLine[] }) {
  return (
    <ul class="logged">
      {lines.map(({ time, level, message, attributes }) => (
        <li class={isProblem(level) ? 'problem' : undefined}>
          <Time at={time} /> <span class="level">{level.toLowerCase()}</span> <Text of={message} />
          {attributes && (
            <>
              {' '}
              <code>
                <bdi>{shownValue(attributes)}</bdi>
              </code>
            </>
          )}
        </li>
      ))}
    </ul>
  );
}
