/** Records that are one row: each kind is written once, whatever its texts hold, and comes back as it was. */
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/model/json';
import type { WriteRecord } from '../../../src/store/interface/written';
import { DOCUMENT_KINDS } from '../../../src/store/records/kinds';
import { type RowKind, rowOfRecord } from '../../../src/store/records/rows';
import type { TableRow } from '../../../src/store/records/table-row';
import type { Store } from '../../../src/store/store';
import type { Under } from '../contract';

/** What no text of PostgreSQL can hold. */
const ODD = 'NUL \0, lone \ud800';
/** SQLite has ids as UTF-8, where there is no lone surrogate. */
const ODD_ID = 'NUL \0';
const ADDRESS = { run_id: `run ${ODD}`, namespace: `namespace ${ODD}`, workflow_id: `workflow ${ODD}` };
const RUN = `uid ${ODD}`;

interface Sample {
  record: WriteRecord;
  /** What was written, read back; and what it must be. */
  read: (store: Store) => Promise<unknown>;
  written: unknown;
}

function sample<Record extends WriteRecord, Written>(
  record: Record,
  written: (record: Record) => Written,
  read: Sample['read'],
): Sample {
  return { record, written: written(record), read };
}

const SAMPLES: Readonly<Record<Exclude<RowKind, 'document'>, Sample>> = {
  execution: sample(
    {
      kind: 'execution',
      start: {
        schema_version: 1,
        ...ADDRESS,
        workflow_type: `type ${ODD}`,
        start_time: 1,
        task_queue: ODD,
        first_execution_run_id: `first ${ODD}`,
        parent: { ...ADDRESS, run_id: `parent ${ODD}` },
        attempt: 1,
        args: [ODD],
        origin: 'sandbox',
      },
    },
    ({ start }) => start,
    async (store) => (await store.execution(ADDRESS.run_id))?.start,
  ),
  context: sample(
    { kind: 'context', run_id: ADDRESS.run_id, n: 1, document: JSON.stringify(ODD) },
    ({ document }) => document,
    (store) => store.context(ADDRESS.run_id, 1),
  ),
  environment: sample(
    {
      kind: 'environment',
      environment: {
        id: `environment ${ODD}`,
        code_id: `code ${ODD}`,
        identity: { odd: ODD },
        detail: {},
        reasons: {},
        restorable: { level: 'source', missing: [] },
        captured_time: 3,
        duration_ms: 12,
      },
      blobs: [],
    },
    ({ environment }) => environment,
    (store) => store.environment(`environment ${ODD}`),
  ),
  session: sample(
    {
      kind: 'session',
      session: {
        session_id: `session ${ODD}`,
        start_time: 1,
        stop_time: 2,
        namespace: 'default',
        task_queue: 'q',
        identity: 'w@h',
        host: 'h',
        pid: 1,
        cwd: ODD,
        detail: {},
      },
    },
    ({ session }) => session,
    (store) => store.session(`session ${ODD}`),
  ),
  refusal: sample(
    {
      kind: 'refusal',
      refusal_id: `refusal ${ODD_ID}`,
      time: 1,
      lab: `lab ${ODD_ID}`,
      issues: [{ path: ['operator'], message: ODD }],
      document: JSON.stringify({ fields: { odd: ODD }, temporal: { run_id: ADDRESS.run_id } }),
    },
    (record) => [record],
    (store) => store.refusals(5),
  ),
  loss: sample(
    { kind: 'loss', time: 3, session_id: `session ${ODD}`, loss: `loss ${ODD_ID}`, count: 2, detail: ODD },
    ({ loss, count, time, detail }) => [{ loss, count, last_time: time, detail }],
    (store) => store.losses(),
  ),
  decision: sample(
    {
      kind: 'decision',
      decision: { ...ADDRESS, kind: 'signal', ordinal: 1, name: ODD, time: 2, origin: 'history' },
    },
    ({ decision }) => [decision],
    (store) => store.decisions(ADDRESS.run_id),
  ),
  checkpoint: sample(
    {
      kind: 'checkpoint',
      checkpoint: {
        schema_version: 1,
        checkpoint_id: 'c-1',
        run_start: RUN,
        index: 0,
        start_time: 1,
        stop_time: 2,
        details: [ODD],
      },
    },
    ({ checkpoint }) => [checkpoint],
    (store) => store.checkpoints(RUN),
  ),
};

/** Of each kind that is one document. */
const DOCUMENT_SAMPLES: Readonly<Record<string, Sample>> = {
  data: document('data', {
    schema_version: 1,
    run_start: RUN,
    time: 4,
    inputs: 'known',
    items: [{ uri: `file://host/${ODD}`, type: 'file', direction: 'used', evidence: 'uri', time: 3 }],
  }),
  digest: document('digest', {
    schema_version: 1,
    uri: `file://host/${ODD}`,
    signature: `host ${ODD}`,
    time: 4,
    sha256: 'ab'.repeat(32),
  }),
  origins: document('origins', {
    schema_version: 1,
    run_id: ADDRESS.run_id,
    of: 'update',
    id: `update ${ODD}`,
    time: 4,
    origins: [
      { path: 'result', run_id: ADDRESS.run_id, activity_id: ODD, from: 'result', evidence: 'identity' },
    ],
  }),
};

function document(of: string, document: JsonObject): Sample {
  return sample(
    { kind: 'document', of, document },
    () => [document],
    (store) => store.documents({ of, limit: 5 }),
  );
}

/** The texts of a row and of those that it refers to; `written`: which people wrote, and which are not what rows are found by. */
function textsOf({ table, values }: TableRow): { text: string; written: boolean }[] {
  return Object.entries(values).flatMap(([name, value]) => {
    const { form, content, names } = table.columns[name]!;
    if (typeof value === 'object' && value !== null) return textsOf(value);
    if (form === 'plain' && content === undefined) return [];
    return [{ text: String(value), written: content !== undefined && !names }];
  });
}

export function rowContract(under: Under): void {
  describe('records that are one row', () => {
    it('have a sample of each kind here', () => {
      expect(Object.keys(DOCUMENT_SAMPLES)).toEqual(DOCUMENT_KINDS.map(({ name }) => name));
    });

    it.each(Object.entries({ ...SAMPLES, ...DOCUMENT_SAMPLES }))(
      '%s: written twice is stored once, and is returned unchanged',
      async (_, { record, read, written: expected }) => {
        const row = rowOfRecord(record)!;
        for (const { text, written } of textsOf(row)) {
          if (text !== '') expect(text).toMatch(/\0|\\u0000/);
          if (written) expect(text).toMatch(/\ud800|\\ud800/);
        }
        const { store, query } = under;
        const answers = await store.write([record, record]);
        expect([...answers, ...(await store.write([record]))]).toEqual(Array(3).fill({ kind: 'done' }));
        expect((await query(`SELECT count(*) FROM ${row.table.name}`)).map(Number)).toEqual([1]);
        expect(await read(await under.reopen())).toEqual(expected);
      },
    );
  });
}
