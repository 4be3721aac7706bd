/**
 * Rules that several workers share, in the words of `rules`. Node only.
 * @module
 */
import type { FieldWords } from '../../../questions/rule-words';
import { to } from '../../links';
import { type Column, Details, Table } from '../../parts/blocks';
import { Value } from '../../parts/value';
import { Digest, Text, Time } from '../../parts/words';
import type { RulesSet } from '../../questions/rules';

const FIELDS: readonly Column<FieldWords>[] = [
  { title: 'Field', lead: true, cell: ({ field }) => <Text of={field} /> },
  { title: 'Rule', kind: 'long', cell: ({ rule }) => <Text of={rule} /> },
];

/** `<RulesOfWorkers set={rules[0]} lab="default" />` */
export function RulesOfWorkers({ set, lab }: { set: RulesSet; lab: string }) {
  const { digest, document, words, workers } = set;
  return (
    <div class="rules">
      {digest === undefined && <p>No rules: every run is accepted.</p>}
      {digest !== undefined && !words && <p>The text of these rules is no longer in the store.</p>}
      {words && <Words words={words} lab={lab} />}
      <p class="soft">
        {workers.map(({ session_id, identity, task_queue, since, until }, i) => (
          <>
            {i === 0 ? 'From worker ' : '; '}
            <a href={to.worker(session_id)}>
              <Text of={identity} />
            </a>{' '}
            on queue <Text of={task_queue} />, since <Time at={since} />
            {until !== undefined && (
              <>
                , until <Time at={until} />
              </>
            )}
          </>
        ))}
        .
      </p>
      {digest !== undefined && (
        <p class="soft">
          <Digest of={digest} />
        </p>
      )}
      {document && (
        <Details summary="As a document">
          <Value of={document as never} />
        </Details>
      )}
    </div>
  );
}

function Words({ words, lab }: { words: NonNullable<RulesSet['words']>; lab: string }) {
  const { fields, before, validators, on_refusal } = words;
  return (
    <>
      {fields.length > 0 ? (
        <Table caption={`Fields of lab ${lab}`} columns={FIELDS} rows={fields} />
      ) : (
        <p>No rules for single fields.</p>
      )}
      {before.map((line) => (
        <p>
          <Text of={line} />
        </p>
      ))}
      {validators.map(({ words, fields }, i) => (
        <>
          <p>
            <Text of={words} />
          </p>
          {fields.length > 0 && (
            <Table caption={`Schema ${i + 1} of lab ${lab}`} columns={FIELDS} rows={fields} />
          )}
        </>
      ))}
      <p>{on_refusal}</p>
    </>
  );
}
