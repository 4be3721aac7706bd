/**
 * The choice of the two that are compared: a form, and a list of runs. Node only.
 * @module
 */
import type { RunView } from '../../../questions/lists/runs';
import { to } from '../../links';
import { type Column, Section, Table } from '../../parts/blocks';
import { Status, Text, Time, Took } from '../../parts/words';

/** `<Choice words={{a, b}} title="Compare" others={runs} type="fit" />` */
export function Choice(given: {
  words: { a: string; b: string };
  title: string;
  others?: readonly RunView[];
  /** The activity type of the listed runs; absent: any. */
  type?: string | undefined;
}) {
  const { words, title, others = [], type } = given;
  return (
    <>
      <Section id="choose" title={title}>
        <form class="filters" method="get" action="/diff">
          <Field name="a" value={words.a} />
          <Field name="b" value={words.b} />
          <button type="submit" class="main">
            Compare
          </button>
          {words.a !== '' && words.b !== '' && (
            <a class="button" href={to.diff(words.b, words.a)}>
              Swap
            </a>
          )}
        </form>
        <p class="soft">
          A run by its scan id, its uid or the end of it, or -1 for the last one; an execution by its workflow
          id or run id; an environment by its id. Both of one kind.
        </p>
      </Section>
      {others.length > 0 && <Others words={words} others={others} type={type} />}
    </>
  );
}

function Field({ name, value }: { name: 'a' | 'b'; value: string }) {
  return (
    <div class="field wide">
      <label for={name}>{name.toUpperCase()}</label>
      <input type="text" id={name} name={name} value={value} autocomplete="off" spellcheck={false} />
    </div>
  );
}

function Others(given: {
  words: { a: string; b: string };
  others: readonly RunView[];
  type: string | undefined;
}) {
  const { words, others, type } = given;
  const columns: readonly Column<RunView>[] = [
    { title: 'Run', lead: true, cell: ({ start }) => <ChoiceLink words={words} start={start} /> },
    { title: 'Activity', cell: ({ start }) => <Text of={start.temporal.activity_type} /> },
    { title: 'Status', cell: ({ status }) => <Status of={status} /> },
    { title: 'Opened', cell: ({ start }) => <Time at={start.time} relative /> },
    {
      title: 'Took',
      kind: 'number',
      cell: ({ took_ms }) => (took_ms === undefined ? null : <Took ms={took_ms} />),
    },
  ];
  return (
    <Section id="others" title={type === undefined ? 'The last runs' : 'The last runs of the same activity'}>
      <Table caption="Runs to choose" columns={columns} rows={others} />
    </Section>
  );
}

/** Fills the empty field. */
function ChoiceLink({ words, start }: { words: { a: string; b: string }; start: RunView['start'] }) {
  const pair = words.a === '' ? [start.uid, words.b] : [words.a, start.uid];
  const name = start.scan_id === undefined ? start.uid.slice(-8) : `scan ${start.scan_id}`;
  return <a href={to.diff(pair[0]!, pair[1]!)}>{name}</a>;
}
