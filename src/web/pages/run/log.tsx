/**
 * What a run logged, with levels and search. Node only.
 * @module
 */
import type { NumberedLine } from '../../../questions/lists/run-log';
import { isProblem } from '../../../questions/stories/run-words';
import { address, to } from '../../links';
import { Empty, Parts, Section } from '../../parts/blocks';
import { LogLines, LogSearch } from '../../parts/log';
import { Chip } from '../../parts/words';
import type { Part } from '../../questions/question';
import type { RunStoryAnswer } from '../../questions/run/story';

/** The filter of the log. */
export interface LogRequest {
  text: string;
  level: string;
  after?: number;
}

/** The section. */
export function Log(given: {
  story: RunStoryAnswer;
  part: Part<NumberedLine>;
  request: LogRequest;
  open: boolean;
}) {
  const { story, part, request, open } = given;
  const { uid, log_levels } = story;
  const count = log_levels.reduce((sum, { lines }) => sum + lines, 0);
  if (count === 0)
    return (
      <Section id="log" title="Log">
        <p class="soft">{open ? 'No line is recorded yet.' : 'No line is recorded.'}</p>
      </Section>
    );
  return (
    <Section id="log" title="Log" count={count}>
      <LogSearch action={`${to.run(uid)}#log`} name="text" text={request.text} level={request.level} live />
      <p class="levels">
        {log_levels.map(({ level, lines }) => (
          <Chip
            tone={isProblem(level) ? 'bad' : undefined}
            href={at(uid, { ...request, level: level.toLowerCase() })}
          >
            {level.toLowerCase()} {lines.toLocaleString('en-US')}
          </Chip>
        ))}
      </p>
      <div data-part="log" aria-live="polite">
        <Lines uid={uid} part={part} request={request} />
      </div>
    </Section>
  );
}

function at(uid: string, request: Partial<LogRequest>): string {
  return `${address(to.run(uid), { text: request.text, level: request.level, after: request.after })}#log`;
}

function Lines({ uid, part, request }: { uid: string; part: Part<NumberedLine>; request: LogRequest }) {
  const { items, next } = part;
  if (items.length === 0)
    return (
      <Empty title="No line matches.">
        <p>
          <a href={at(uid, {})}>Show all lines</a>
        </p>
      </Empty>
    );
  return (
    <>
      <LogLines of={items} />
      <Parts
        first={request.after === undefined ? undefined : at(uid, { ...request, after: undefined })}
        next={next === undefined ? undefined : at(uid, { ...request, after: Number(next) })}
      />
    </>
  );
}
