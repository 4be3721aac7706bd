/** docs/reference/documents.md has every field of every document, and no other. The types in src/model decide. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FIELDS } from '../../src/environment/identity/fields';
import { ROOT } from '../imports';
import {
  codesIn,
  difference,
  NONE,
  namesUnder,
  type Row,
  referencePage,
  rowsOf,
  sectionOf,
} from './reference';
import { interfacesIn, type Member } from './types';

const page = referencePage('documents');
const MODEL = ['documents', 'execution', 'data', 'decision', 'progress', 'environment'];
const types = interfacesIn([
  ...MODEL.map((name) => `src/model/${name}.ts`),
  'src/store/interface/written.ts',
  'src/store/interface/stash-changes.ts',
]);

/** Headings of the page, and the type that each describes. */
const SECTIONS: readonly (readonly [heading: string, type: string])[] = [
  ['## Start', 'StartDocument'],
  ['### Temporal', 'TemporalStart'],
  ['### Provenance', 'ProvenanceStart'],
  ['### Predecessors', 'Predecessor'],
  ['### Issues', 'MetadataIssue'],
  ['## Stop', 'StopDocument'],
  ['### Errors', 'RecordedError'],
  ['### Resources', 'Resources'],
  ['## Settled', 'SettledDocument'],
  ['### Execution start', 'ExecutionStart'],
  ['### Execution end', 'ExecutionClose'],
  ['### Decisions', 'Decision'],
  ['## Data', 'DataDocument'],
  ['### Data items', 'DataItem'],
  ['### Data members', 'DataMember'],
  ['### Digest', 'DigestDocument'],
  ['### Origins', 'OriginsDocument'],
  ['### Origin parts', 'Origin'],
  ['### Checkpoints', 'Checkpoint'],
  ['### Log lines', 'LogLine'],
  ['## Environments', 'Environment'],
  ['### Restorability', 'Restorability'],
  ['## Worker sessions', 'WorkerSession'],
  ['### Session capture', 'SessionCapture'],
  ['### Files loaded later', 'LoadedLater'],
  ['### Capture conditions', 'CaptureConditions'],
  ['### Data flow', 'DataFlow'],
  ['### Spool state', 'SpoolState'],
  ['### Stash changes', 'StashHistoryEntry'],
  ['### Digested values', 'DigestedValue'],
];

/** Types of src/model whose members are in another table, or in the text. */
const ELSEWHERE = ['ExecutionAddress', 'RunRecord', 'ExecutionRecord', 'Blob', 'CapturedEnvironment'];

/** `optional` fields whose row says that they are never absent, and the opposite. */
function wrongAbsence(rows: readonly Row[], members: readonly Member[]): string[] {
  const optional = new Map(members.map((member) => [member.path, member.optional]));
  return rows
    .filter(([name = '', , absent = '']) => {
      const [field = ''] = codesIn(name);
      return absent === '' || absent.startsWith('never') === optional.get(field);
    })
    .map(([name = '']) => name);
}

describe('documents', () => {
  it('has a section for each type of a document', () => {
    const described = [...SECTIONS.map(([, type]) => type), ...ELSEWHERE];
    const declared = interfacesIn(MODEL.map((name) => `src/model/${name}.ts`)).keys();
    expect([...declared].filter((name) => !described.includes(name))).toEqual([]);
  });

  it.each(SECTIONS)('%s has the fields of %s', (heading, type) => {
    const members = types.get(type) ?? [];
    expect(members.length).toBeGreaterThan(1);
    const rows = rowsOf(sectionOf(page, heading));
    expect(
      difference(
        namesUnder(page, heading),
        members.map(({ path }) => path),
      ),
    ).toEqual(NONE);
    expect(wrongAbsence(rows, members)).toEqual([]);
    expect(rows.filter((cells) => cells.length !== 4 || cells.includes(''))).toEqual([]);
  });

  it('has the fields of a refusal, whose document has those of the run that did not open', () => {
    const record = (types.get('RefusalRecord') ?? []).map(({ path }) => path);
    const inside = ['fields', 'sources', 'temporal', 'next_time'];
    const real = [...record.filter((name) => name !== 'kind' && name !== 'document'), ...inside];
    expect(difference(namesUnder(page, '## Refusals'), real)).toEqual(NONE);
  });

  it('has every field of an environment, and which id it is part of', () => {
    const rows = rowsOf(sectionOf(page, '### Environment fields'));
    const told = Object.fromEntries(rows.map(([name = '', part]) => [codesIn(name)[0], part]));
    expect(told).toEqual(FIELDS);
  });

  it('explains every reason for an outcome', () => {
    const judges = [
      'src/settlement/judge.ts',
      'src/store/workflow-outcome.ts',
      'src/settlement/histories/history-source.ts',
    ];
    const text = judges.map((file) => readFileSync(join(ROOT, file), 'utf8')).join('\n');
    const given = [...text.matchAll(/reason: ((?:'[a-z_]+'(?: \| )?)+)|\['[A-Z]\w+', ('[a-z_]+')\]/g)];
    const real = given.flatMap(([, reasons = '', failure = '']) => [
      ...`${reasons}${failure}`.matchAll(/'(\w+)'/g),
    ]);
    expect(
      difference(
        namesUnder(page, '### Outcome evidence'),
        real.map(([, name = '']) => name),
      ),
    ).toEqual(NONE);
  });

  it('links each document of the first table to its section', () => {
    const links = rowsOf(page.slice(0, page.indexOf('\n## ')).replace(/^# .*/, '')).map(
      ([cell = '']) => cell,
    );
    expect(links.length).toBeGreaterThan(12);
    for (const link of links) expect(link).toMatch(/^\[[a-z ]+\]\(#[a-z-]+\)$/);
  });
});

describe('the comparison of a page with what there is', () => {
  it('finds what is missing, and what does not exist', () => {
    const text =
      '## A\n| field | type | absent | meaning |\n| --- | --- | --- | --- |\n| `a` | x | never | b |\n';
    expect(difference(namesUnder(text, '## A'), ['a'])).toEqual(NONE);
    expect(difference(namesUnder(text, '## A'), ['b'])).toEqual({ missing: ['b'], unknown: ['a'] });
    expect(wrongAbsence(rowsOf(sectionOf(text, '## A')), [{ path: 'a', optional: true }])).toEqual(['`a`']);
    expect(wrongAbsence(rowsOf(sectionOf(text, '## A')), [{ path: 'a', optional: false }])).toEqual([]);
    expect(() => sectionOf(text, '## B')).toThrow('no heading ## B');
  });
});
