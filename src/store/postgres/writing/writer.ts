/**
 * Writes groups of records, each in one transaction. A group of runs that open, stop and settle is one round trip. A group with a
 * record that PostgreSQL refuses is split until that record is alone. Each transaction takes the store's next state and names the
 * newest revision that this release knows. A schema of a later, breaking revision refuses it. Node only.
 * This folder owns how records are written to a PostgreSQL store. The store uses it.
 * @module
 */

import type { StashSnapshot } from '../../interface/stash-changes';
import type { WriteAnswer, WriteRecord } from '../../interface/written';
import { LATEST_REVISION } from '../../migrations';
import { type Client, type Connections, callWithin, type SchemaFunction } from '../connection/connection';
import { faultOf, isRecordFault, isStaleReference } from '../connection/errors';
import {
  type AnswerRow,
  answerOf,
  faultOfRecord,
  GROUPED,
  type GroupRecord,
  groupParameters,
  wavesOf,
} from './group-parameters';
import { answerRecorded, replaceMade } from './made-runs';
import { MetadataSets } from './metadata-sets';
import { type RareRecord, writeRare } from './record-writer';
import { isNothing, nothingWanted, References, type Wanted } from './references';

const WRITE_GROUP: SchemaFunction = {
  name: 'write_group',
  columns: 'section, i, status, seq, scan_id, state_id, retry_of',
  parameters: ['integer', 'bigint', ...GROUPED.map(() => 'json')],
};

const grouped: ReadonlySet<string> = new Set(GROUPED);

/** Writes groups of records, each in one transaction. */
export class GroupWriter {
  readonly #connections: Connections;
  readonly #storage_id: string;
  readonly #references = new References();
  readonly #sets = new MetadataSets();
  readonly #snapshot: (client: Client, lab: string) => Promise<StashSnapshot>;

  constructor(
    connections: Connections,
    storage_id: string,
    snapshot: (client: Client, lab: string) => Promise<StashSnapshot>,
  ) {
    this.#connections = connections;
    this.#storage_id = storage_id;
    this.#snapshot = snapshot;
  }

  async write(records: readonly WriteRecord[]): Promise<WriteAnswer[]> {
    const answers: WriteAnswer[] = new Array(records.length);
    const members = this.#prepare(records, answers);
    if (members.length === 0) return answers;
    try {
      return await this.#writeAll(members, answers);
    } catch (error) {
      if (!isStaleReference(error)) throw error;
      this.#references.forget();
      return await this.#writeAll(members, answers);
    }
  }

  /** Returns the valid records with their metadata split. Invalid records are answered here. */
  #prepare(records: readonly WriteRecord[], answers: WriteAnswer[]): GroupRecord[] {
    const members: GroupRecord[] = [];
    records.forEach((record, i) => {
      try {
        const reason = faultOfRecord(record);
        if (reason !== undefined) answers[i] = { kind: 'rejected', reason };
        else if (record.kind !== 'open') members.push({ i, record });
        else members.push({ i, record, split: this.#sets.split(record.metadata) });
      } catch (error) {
        answers[i] = { kind: 'rejected', reason: faultOf(error) };
      }
    });
    return members;
  }

  async #writeAll(members: readonly GroupRecord[], answers: WriteAnswer[]): Promise<WriteAnswer[]> {
    const wanted = this.#wanted(members);
    // This is a separate transaction before that of the group: docs/design/store.md#postgresql.
    if (!isNothing(wanted)) await this.#resolveReferences(members, wanted, answers);
    await answerRecorded(this.#connections, members, answers);
    const waves = wavesOf(members.filter(({ i, record }) => !answers[i] && grouped.has(record.kind)));
    const rare = members.filter(({ i, record }) => !answers[i] && !grouped.has(record.kind));
    if (members.every(({ i }) => answers[i])) return answers;
    try {
      if (waves.length === 1 && rare.length === 0) {
        await this.#alone(waves[0]!, answers);
      } else await this.#transaction(waves, rare, answers, false);
    } catch (error) {
      if (!isRecordFault(error) || isStaleReference(error)) throw error;
      await this.#transaction(waves, rare, answers, true);
    }
    await replaceMade(this.#connections, members);
    return answers;
  }

  /** Resolves the ids that the group refers to. If a set can't be stored, the runs that have it are rejected. */
  async #resolveReferences(
    members: readonly GroupRecord[],
    wanted: Wanted,
    answers: WriteAnswer[],
  ): Promise<void> {
    try {
      await this.#references.resolve(this.#connections, wanted);
    } catch (error) {
      if (!isRecordFault(error)) throw error;
      if (members.length === 1) {
        answers[members[0]!.i] = { kind: 'rejected', reason: faultOf(error) };
        return;
      }
      const middle = members.length >> 1;
      for (const part of [members.slice(0, middle), members.slice(middle)]) {
        await this.#resolveReferences(part, this.#wanted(part), answers);
      }
    }
  }

  #wanted(members: readonly GroupRecord[]): Wanted {
    const wanted = nothingWanted();
    for (const { record, split } of members) {
      if (record.kind === 'open') this.#references.want(record, split!, wanted);
    }
    return wanted;
  }

  /** Runs one transaction of several statements. `apart`: it contains a refused record, so each part gets a savepoint. */
  async #transaction(
    waves: readonly GroupRecord[][],
    rare: readonly GroupRecord[],
    answers: WriteAnswer[],
    apart: boolean,
  ): Promise<void> {
    await this.#connections.transaction(async (client) => {
      const { rows } = await client.query<{ state: number }>({
        text: 'SELECT next_state($1) AS state',
        values: [LATEST_REVISION],
      });
      const { state } = rows[0]!;
      const group = (part: readonly GroupRecord[]) => this.#group(client, state, part, answers);
      const one = async (part: readonly GroupRecord[]) => {
        for (const { i, record } of part) {
          answers[i] = await writeRare(client, record as RareRecord);
        }
      };
      for (const wave of waves) {
        if (wave.length > 0) await (apart ? takeApart(client, wave, answers, group) : group(wave));
      }
      if (rare.length > 0) await (apart ? takeApart(client, rare, answers, one) : one(rare));
    });
  }

  /** Writes a group as its own transaction. */
  async #alone(records: readonly GroupRecord[], answers: WriteAnswer[]): Promise<void> {
    const values = groupParameters(records, this.#references);
    const rows = await this.#connections.call<AnswerRow>(WRITE_GROUP, [LATEST_REVISION, null, ...values]);
    const snapshot = (lab: string) => this.#connections.transaction((client) => this.#snapshot(client, lab));
    await this.#answer(rows, records, answers, snapshot);
  }

  async #group(
    client: Client,
    state: number,
    records: readonly GroupRecord[],
    answers: WriteAnswer[],
  ): Promise<void> {
    const values = groupParameters(records, this.#references);
    const rows = await callWithin<AnswerRow>(client, WRITE_GROUP, [LATEST_REVISION, state, ...values]);
    await this.#answer(rows, records, answers, (lab) => this.#snapshot(client, lab));
  }

  async #answer(
    rows: readonly AnswerRow[],
    records: readonly GroupRecord[],
    answers: WriteAnswer[],
    snapshot: (lab: string) => Promise<StashSnapshot>,
  ): Promise<void> {
    const moved = new Map<string, StashSnapshot>();
    for (const row of rows) {
      const answer = answerOf(row, this.#storage_id);
      if (answer !== 'stash-moved') {
        answers[row.i] = answer;
        continue;
      }
      const { record } = records.find((one) => one.i === row.i)!;
      const lab = record.kind === 'open' ? record.lab : '';
      const stash = moved.get(lab) ?? (await snapshot(lab));
      moved.set(lab, stash);
      answers[row.i] = { kind: 'stash-moved', stash };
    }
  }
}

/** Writes all valid records by halving the group. A record that is refused alone is answered as rejected. */
async function takeApart(
  client: Client,
  records: readonly GroupRecord[],
  answers: WriteAnswer[],
  write: (records: readonly GroupRecord[]) => Promise<void>,
): Promise<void> {
  // It writes in halves, because one savepoint per record is slower: docs/design/store.md#postgresql.
  await client.query('SAVEPOINT part');
  try {
    await write(records);
    await client.query('RELEASE SAVEPOINT part');
    return;
  } catch (error) {
    if (!isRecordFault(error) || isStaleReference(error)) throw error;
    await client.query('ROLLBACK TO SAVEPOINT part; RELEASE SAVEPOINT part');
    if (records.length === 1) {
      answers[records[0]!.i] = { kind: 'rejected', reason: faultOf(error) };
      return;
    }
  }
  const middle = records.length >> 1;
  await takeApart(client, records.slice(0, middle), answers, write);
  await takeApart(client, records.slice(middle), answers, write);
}
