/**
 * The parts of a comparison: differences as tables, equal fields folded. Node only.
 * @module
 */
import type { Diff, DiffPart, DiffRow, DiffSide } from '../../../questions/diff/answer';
import { counted } from '../../../questions/words';
import { to } from '../../links';
import { type Column, Details, Remarks, Section, Table } from '../../parts/blocks';
import { Value } from '../../parts/value';
import { Digest, Size, Status, Text } from '../../parts/words';
import { Marked } from './marked';
import { HOW, PART_TITLES } from './titles';

/** `<Parts of={diff} />`: first the parts that differ, then the equal ones, folded. Empty parts are omitted. */
export function Parts({ of }: { of: Diff }) {
  const differing = of.parts.filter(({ rows }) => rows.length > 0);
  const same = of.parts.filter(
    ({ rows, counts, remarks }) => rows.length === 0 && (counts.equal > 0 || remarks.length > 0),
  );
  return (
    <div class="diff-parts">
      {differing.map((part) => (
        <Part of={part} />
      ))}
      {same.length > 0 && (
        <Section id="equal" title="Equal">
          {same.map((part) => (
            <EqualPart of={part} />
          ))}
        </Section>
      )}
    </div>
  );
}

function Part({ of: part }: { of: DiffPart }) {
  const { name, counts, rows, remarks } = part;
  const columns = COLUMNS_OF[name] ?? COLUMNS;
  return (
    <Section id={name} title={PART_TITLES[name]}>
      <Remarks lines={remarks} />
      <Table caption={PART_TITLES[name]} columns={columns} rows={rows} />
      {counts.equal > 0 && <Equal of={part} summary={`${counted(counts.equal, 'field')} equal`} />}
    </Section>
  );
}

/** A part without differences. */
function EqualPart({ of: part }: { of: DiffPart }) {
  const { name, counts, remarks } = part;
  const summary = `${PART_TITLES[name]}: ${counted(counts.equal, name === 'packages' ? 'package' : 'field')}`;
  return (
    <div class="diff-equal">
      {part.equal.length > 0 ? <Equal of={part} summary={summary} /> : <p>{summary}</p>}
      <Remarks lines={remarks} />
    </div>
  );
}

function Equal({ of: { name, counts, equal }, summary }: { of: DiffPart; summary: string }) {
  const more = counts.equal - equal.length;
  return (
    <Details summary={summary}>
      <Table caption={`Equal: ${PART_TITLES[name]}`} columns={EQUAL_COLUMNS} rows={equal} />
      {more > 0 && <p class="soft">{counted(more, 'more equal field')} not shown.</p>}
    </Details>
  );
}

/** The sign and the name of a field. `plain`: a difference in it does not matter. */
function Name({ row, plain = false }: { row: DiffRow; plain?: boolean }) {
  const { sign, words } = HOW[row.how];
  const { a, b } = row;
  return (
    <span class={plain ? 'diff-field' : `diff-field ${row.how}`}>
      <span class="diff-sign" title={words}>
        <span aria-hidden="true">{sign}</span>
        <span class="unseen">{words}: </span>
      </span>
      <span>
        {a.run !== undefined && b.run !== undefined ? (
          <a href={to.diff(a.run, b.run)} title="These two side by side">
            <Text of={row.name} />
          </a>
        ) : (
          <Text of={row.name} />
        )}
        {row.remark && <span class="diff-remark">{row.remark}</span>}
      </span>
    </span>
  );
}

function Side({ row, side }: { row: DiffRow; side: 'a' | 'b' }) {
  const own = row[side];
  if (own.value === undefined) return <span class="diff-missing">{own.missing ?? 'missing'}</span>;
  const other = row[side === 'a' ? 'b' : 'a'].value;
  const bothTexts = typeof own.value === 'string' && typeof other === 'string' && own.run === undefined;
  return (
    <span class="diff-value">
      {own.run !== undefined ? (
        <a href={to.run(own.run)}>
          <Text of={String(own.value)} />
        </a>
      ) : bothTexts && row.how === 'different' ? (
        <Marked text={own.value as string} other={other} />
      ) : (
        <Value of={own.value} />
      )}
      <ValueDetails of={own} />
    </span>
  );
}

/** Details of a value: its content, size and source. */
function ValueDetails({ of: { sha256, size_bytes, source } }: { of: DiffSide }) {
  if (sha256 === undefined && size_bytes === undefined && source === undefined) return null;
  return (
    <span class="diff-beside">
      {sha256 !== undefined && (
        <a href={to.artifact(`sha256:${sha256}`)}>
          <Digest of={sha256} />
        </a>
      )}
      {size_bytes !== undefined && <Size bytes={size_bytes} />}
      {source !== undefined && <span>{source}</span>}
    </span>
  );
}

const SIDES: readonly Column<DiffRow>[] = [
  { title: 'A', kind: 'long', cell: (row) => <Side row={row} side="a" /> },
  { title: 'B', kind: 'long', cell: (row) => <Side row={row} side="b" /> },
];

const COLUMNS: readonly Column<DiffRow>[] = [
  { title: 'Field', lead: true, cell: (row) => <Name row={row} /> },
  ...SIDES,
];

/** The parts with a special form. */
const COLUMNS_OF: { readonly [name in DiffPart['name']]?: readonly Column<DiffRow>[] } = {
  circumstances: [{ title: 'Field', lead: true, cell: (row) => <Name row={row} plain /> }, ...SIDES],
  state: [
    { title: 'Field', lead: true, cell: (row) => <Name row={row} /> },
    { title: 'A', kind: 'long', cell: (row) => <StateSide row={row} side="a" /> },
    { title: 'B', kind: 'long', cell: (row) => <StateSide row={row} side="b" /> },
  ],
};

function StateSide({ row, side }: { row: DiffRow; side: 'a' | 'b' }) {
  const { value } = row[side];
  return row.name === 'status' && typeof value === 'string' ? (
    <Status of={value} />
  ) : (
    <Side row={row} side={side} />
  );
}

const EQUAL_COLUMNS: readonly Column<DiffRow>[] = [
  { title: 'Field', lead: true, cell: (row) => <Name row={row} /> },
  { title: 'Value', kind: 'long', cell: (row) => <Side row={row} side="a" /> },
];
