/**
 * The tools of the lineage page: direction, distance, level, time. Links and one form. Node only.
 * @module
 */
import { EVIDENCE, LINK_KINDS } from '../../../model/link';
import { Details } from '../../parts/blocks';
import type { Addresses } from './address';

/** The number of links to follow in one direction; handles expand the drawing further. */
const FAR = 8;

/** The directions, levels and forms, as links. */
export function Toolbar({ addresses }: { addresses: Addresses }) {
  const { input } = addresses;
  const { up, down, data, plan, as } = input;
  const whole = { data: false, to: undefined };
  const way = data
    ? 'data'
    : input.to !== undefined
      ? 'to'
      : down === 0 && up > 0
        ? 'up'
        : up === 0
          ? 'down'
          : 'around';
  const ways = [
    ['around', 'Around it', addresses.with({ ...whole, up: 2, down: 1 })],
    ['up', 'Where it comes from', addresses.with({ ...whole, up: FAR, down: 0 })],
    ['down', 'What was made from it', addresses.with({ ...whole, up: 0, down: FAR })],
    ['data', 'Input data', addresses.with({ data: true, to: undefined })],
  ] as const;
  return (
    <div class="lineage-tools">
      <Choice label="Direction" choices={ways} chosen={way} />
      {!data && (
        <>
          <Choice
            label="Level"
            chosen={plan ? 'plan' : 'runs'}
            choices={[
              ['runs', 'Runs', addresses.with({ plan: false })],
              ['plan', 'Activity types', addresses.with({ plan: true })],
            ]}
          />
          <Choice
            label="Form"
            chosen={as}
            choices={[
              ['map', 'Drawing', addresses.with({ as: 'map' })],
              ['table', 'Table', addresses.with({ as: 'table' })],
            ]}
          />
        </>
      )}
    </div>
  );
}

function Choice(given: {
  label: string;
  choices: readonly (readonly [name: string, words: string, href: string])[];
  chosen: string;
}) {
  const { label, choices, chosen } = given;
  return (
    <nav class="choice" aria-label={label}>
      {choices.map(([name, words, href]) => (
        <a href={href} aria-current={name === chosen ? 'true' : undefined}>
          {words}
        </a>
      ))}
    </nav>
  );
}

/** The form for the start, the limits and the filters. */
export function OptionsForm({ addresses, open = false }: { addresses: Addresses; open?: boolean }) {
  const { input } = addresses;
  const { focus, up, down, to, as_of, kind, evidence } = input;
  const narrowed =
    open || to !== undefined || as_of !== undefined || kind !== undefined || evidence !== undefined;
  return (
    <Details summary="Options: distance, target, time, evidence" open={narrowed}>
      <form class="filters" method="get" action="/lineage">
        {addresses
          .fields('focus', 'up', 'down', 'to', 'as_of', 'kind', 'evidence', 'sort')
          .map(([name, value]) => (
            <input type="hidden" name={name} value={value} />
          ))}
        <Field name="focus" label="Run, execution or data" value={focus} wide />
        <Field name="to" label="Only paths to" value={to ?? ''} wide />
        <Field name="up" label="Links before" value={up} type="number" />
        <Field name="down" label="Links after" value={down} type="number" />
        <Field name="as_of" label="As of (UTC)" value={as_of?.text ?? ''} placeholder="2026-11-30T08:00Z" />
        <Field
          name="kind"
          label="Kinds of links"
          value={kind?.join(',') ?? ''}
          list={Object.keys(LINK_KINDS)}
          placeholder="used,generated"
        />
        <Field
          name="evidence"
          label="Evidence"
          value={evidence?.join(',') ?? ''}
          list={Object.keys(EVIDENCE)}
          placeholder="identity,content,uri"
        />
        <button type="submit">Show</button>
      </form>
    </Details>
  );
}

function Field(given: {
  name: string;
  label: string;
  value: string | number;
  type?: 'text' | 'number';
  placeholder?: string;
  list?: readonly string[];
  wide?: boolean;
}) {
  const { name, label, value, type = 'text', placeholder, list, wide } = given;
  const id = `asked-${name}`;
  return (
    <div class={wide ? 'field wide' : 'field'}>
      <label for={id}>{label}</label>
      <input
        id={id}
        name={name}
        value={String(value)}
        type={type}
        placeholder={placeholder}
        min={type === 'number' ? 0 : undefined}
        list={list && `${id}-list`}
      />
      {list && (
        <datalist id={`${id}-list`}>
          {list.map((word) => (
            <option value={word} />
          ))}
        </datalist>
      )}
    </div>
  );
}
