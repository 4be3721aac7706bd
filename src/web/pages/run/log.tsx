/**
 * What a run logged, with levels and search. Node only.
 * @module
 */
import type { NumberedLine } from '../../../questions/lists/run-log';
import { isProblem } from '../../../questions/stories/run-words';
import { address, to } from '../../links';
import { Empty, Parts, Section } from '../../parts/blocks';
import { LogLines } from '../../parts/log';
import { Chip } from '../../parts/words';
import type { Part } from '../../questions/question';
import type { RunStoryAnswer } from '../../questions/run/story';

/** What is asked of the log. */
export interface LogAsked {
  text: string;
  level: string;
  after?: number;
}

const LEVELS = ['debug', 'info', 'warn', 'error'] as const;

/** The section. */
export function Log(given: {
  story: RunStoryAnswer;
  part: Part<NumberedLine>;
  asked: LogAsked;
  open: boolean;
}) {
  const { story, part, asked, open } = given;
  const { uid, log_levels } = story;
  const count = log_levels.reduce((sum, { lines }) => sum + lines, 0);
  if (count === 0)
    return (
      <Section id="log" title="Log">
        <p class="soft">{open ? 'It has logged nothing yet.' : 'It logged nothing.'}</p>
      </Section>
    );
  return (
    <Section id="log" title="Log" count={count}>
      <Search uid={uid} asked={asked} />
      <p class="levels">
        {log_levels.map(({ level, lines }) => (
          <Chip
            tone={isProblem(level) ? 'bad' : undefined}
            href={at(uid, { ...asked, level: level.toLowerCase() })}
          >
            {level.toLowerCase()} {lines.toLocaleString('en-US')}
          </Chip>
        ))}
      </p>
      <div data-part="log" aria-live="polite">
        <Lines uid={uid} part={part} asked={asked} />
      </div>
    </Section>
  );
}

function at(uid: string, asked: Partial<LogAsked>): string {
  return `${address(to.run(uid), { text: asked.text, level: asked.level, after: asked.after })}#log`;
}

function Search({ uid, asked: { text, level } }: { uid: string; asked: LogAsked }) {
  return (
    <form class="filters" method="get" action={`${to.run(uid)}#log`} data-live="log">
      <div class="field wide">
        <label for="text">Text in a message or its attributes</label>
        <input id="text" name="text" type="search" value={text} maxlength={500} />
      </div>
      <div class="field">
        <label for="level">From level</label>
        <select id="level" name="level">
          <option value="">all</option>
          {LEVELS.map((name) => (
            <option value={name} selected={name === level}>
              {name}
            </option>
          ))}
        </select>
      </div>
      <button type="submit">Search</button>
    </form>
  );
}

function Lines({ uid, part, asked }: { uid: string; part: Part<NumberedLine>; asked: LogAsked }) {
  const { items, next } = part;
  if (items.length === 0)
    return (
      <Empty title="No line like that.">
        <p>
          <a href={at(uid, {})}>Show all lines</a>
        </p>
      </Empty>
    );
  return (
    <>
      <LogLines of={items} />
      <Parts
        first={asked.after === undefined ? undefined : at(uid, { ...asked, after: undefined })}
        next={next === undefined ? undefined : at(uid, { ...asked, after: Number(next) })}
      />
    </>
  );
}
