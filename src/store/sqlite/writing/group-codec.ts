/**
 * Encodes a group of records for the store's thread. A structured clone of objects costs more than writing them to the database;
 * one long text and one array of numbers cost almost nothing. Values that repeat within a group are sent once. Node only.
 * @module
 */
import type { OpenRecord, StopRecord, WriteRecord } from '../../interface/written';

/** A record that is sent as an object. */
export type OtherRecord = Exclude<WriteRecord, OpenRecord | StopRecord>;

/** `numbers` describes the rest: codes, numbers, lengths of pieces of `text`, indices into `repeated` and `others`. */
export interface Group {
  text: string;
  numbers: Float64Array;
  repeated: string[];
  /** Infrequent records, unencoded. */
  others: OtherRecord[];
}

/** A decoded {@link OpenRecord}. Absent values are null. */
export interface RunRow {
  code: typeof OPEN;
  uid: string;
  time: number;
  lab: string;
  scan_id: number | null;
  numbered: boolean;
  share_scan_id: boolean;
  made: boolean;
  late: boolean;
  stash_version: number | null;
  metadata: string;
  facts: string;
  /** JSON array [namespace, workflow_type, activity_type, task_queue, is_local]. */
  kind: string;
  workflow_id: string | null;
  run_id: string | null;
  activity_id: string;
  attempt: number;
  scheduled_time: number;
  environment_id: string | null;
  session_id: string | null;
  retry_of: string | null;
  activity_run_id: string | null;
  scan_root: string | null;
  scan_offer: number | null;
}

/** A decoded stop. */
export interface StopRow {
  code: typeof STOP;
  uid: string;
  run_start: string;
  time: number;
  exit_status: string;
  document: string;
}

interface OtherRow {
  code: typeof OTHER;
  record: OtherRecord;
}

/** One record of a group. */
export type Row = RunRow | StopRow | OtherRow;

/** Code of an opening. */
export const OPEN = 0;
/** Code of a stop. */
export const STOP = 1;
/** Code of any other record. */
export const OTHER = 2;

/** The most numbers that one record needs. */
const NUMBERS_PER_RECORD = 21;

const NUMBERED = 1;
const SHARES_SCAN_ID = 2;
const MADE = 4;
const LATE = 8;

/** Packs records for the thread. */
export function encodeGroup(records: readonly WriteRecord[]): Group {
  const encoder = new GroupEncoder(records.length);
  for (const record of records) {
    if (record.kind === 'open') encoder.open(record);
    else if (record.kind === 'stop') encoder.stop(record);
    else encoder.other(record);
  }
  return encoder.group();
}

/** Unpacks the rows of a group, in order. */
export function decodeGroup(group: Group): Row[] {
  const decoder = new GroupDecoder(group);
  const rows: Row[] = [];
  while (decoder.more) rows.push(decoder.row());
  return rows;
}

class GroupEncoder {
  readonly #pieces: string[] = [];
  readonly #numbers: Float64Array;
  #count = 0;
  readonly #repeated = new Map<string, number>();
  readonly #others: OtherRecord[] = [];
  #lastKind: { of: OpenRecord; key: string } | undefined;

  constructor(records: number) {
    this.#numbers = new Float64Array(records * NUMBERS_PER_RECORD);
  }

  group(): Group {
    return {
      text: this.#pieces.join(''),
      numbers: this.#numbers.slice(0, this.#count),
      repeated: [...this.#repeated.keys()],
      others: this.#others,
    };
  }

  open(record: OpenRecord): void {
    const flags =
      (record.numbered ? NUMBERED : 0) |
      (record.share_scan_id ? SHARES_SCAN_ID : 0) |
      (record.made ? MADE : 0) |
      (record.late ? LATE : 0);
    this.#number(OPEN);
    this.#number(record.time);
    this.#number(record.scan_id ?? Number.NaN);
    this.#number(flags);
    this.#number(record.stash_version ?? Number.NaN);
    this.#number(record.attempt);
    this.#number(record.scheduled_time);
    this.#number(record.scan_offer ?? Number.NaN);
    this.#repeat(record.lab);
    this.#repeat(record.metadata);
    this.#repeat(this.#kindKey(record));
    this.#repeat(record.workflow_id);
    this.#repeat(record.run_id);
    this.#repeat(record.environment_id);
    this.#repeat(record.session_id);
    this.#repeat(record.retry_of);
    this.#repeat(record.activity_run_id ?? null);
    this.#repeat(record.scan_root ?? null);
    this.#piece(record.uid);
    this.#piece(record.facts);
    this.#piece(record.activity_id);
  }

  stop(record: StopRecord): void {
    this.#number(STOP);
    this.#number(record.time);
    this.#repeat(record.exit_status);
    this.#piece(record.uid);
    this.#piece(record.run_start);
    this.#piece(record.document);
  }

  other(record: OtherRecord): void {
    this.#number(OTHER);
    this.#number(this.#others.length);
    this.#others.push(record);
  }

  #piece(text: string): void {
    this.#number(text.length);
    this.#pieces.push(text);
  }

  #repeat(text: string | null): void {
    if (text === null) {
      this.#number(-1);
      return;
    }
    let index = this.#repeated.get(text);
    if (index === undefined) {
      index = this.#repeated.size;
      this.#repeated.set(text, index);
    }
    this.#number(index);
  }

  #number(value: number): void {
    if (this.#count === this.#numbers.length) throw new RangeError('NUMBERS_PER_RECORD is too small.');
    this.#numbers[this.#count++] = value;
  }

  /** The kind is mostly the same as for the previous run. */
  #kindKey(record: OpenRecord): string {
    const last = this.#lastKind;
    if (last && sameKind(last.of, record)) return last.key;
    const key = kindKey(record);
    this.#lastKind = { of: record, key };
    return key;
  }
}

function sameKind(a: OpenRecord, b: OpenRecord): boolean {
  return (
    a.activity_type === b.activity_type &&
    a.workflow_type === b.workflow_type &&
    a.task_queue === b.task_queue &&
    a.namespace === b.namespace &&
    a.is_local === b.is_local
  );
}

function kindKey(record: OpenRecord): string {
  const { namespace, workflow_type, activity_type, task_queue, is_local } = record;
  return JSON.stringify([namespace, workflow_type ?? '', activity_type, task_queue, is_local ? 1 : 0]);
}

/**
 * Reads in the order of the encoder. Each piece of text keeps the whole text in memory, so pieces are written and dropped.
 * Only values from `repeated` may be cached.
 */
class GroupDecoder {
  readonly #group: Group;
  #at = 0;
  #from = 0;

  constructor(group: Group) {
    this.#group = group;
  }

  get more(): boolean {
    return this.#at < this.#group.numbers.length;
  }

  row(): Row {
    const code = this.#number();
    if (code === OPEN) return this.#open();
    if (code === STOP) return this.#stop();
    return { code: OTHER, record: this.#group.others[this.#number()]! };
  }

  #open(): RunRow {
    const time = this.#number();
    const scan_id = this.#numberOrNull();
    const flags = this.#number();
    return {
      code: OPEN,
      time,
      scan_id,
      numbered: (flags & NUMBERED) !== 0,
      share_scan_id: (flags & SHARES_SCAN_ID) !== 0,
      made: (flags & MADE) !== 0,
      late: (flags & LATE) !== 0,
      stash_version: this.#numberOrNull(),
      attempt: this.#number(),
      scheduled_time: this.#number(),
      scan_offer: this.#numberOrNull(),
      lab: this.#repeat()!,
      metadata: this.#repeat()!,
      kind: this.#repeat()!,
      workflow_id: this.#repeat(),
      run_id: this.#repeat(),
      environment_id: this.#repeat(),
      session_id: this.#repeat(),
      retry_of: this.#repeat(),
      activity_run_id: this.#repeat(),
      scan_root: this.#repeat(),
      uid: this.#piece(),
      facts: this.#piece(),
      activity_id: this.#piece(),
    };
  }

  #stop(): StopRow {
    return {
      code: STOP,
      time: this.#number(),
      exit_status: this.#repeat()!,
      uid: this.#piece(),
      run_start: this.#piece(),
      document: this.#piece(),
    };
  }

  #number(): number {
    return this.#group.numbers[this.#at++]!;
  }

  #numberOrNull(): number | null {
    const value = this.#number();
    return Number.isNaN(value) ? null : value;
  }

  #piece(): string {
    const from = this.#from;
    this.#from += this.#number();
    return this.#group.text.slice(from, this.#from);
  }

  #repeat(): string | null {
    const index = this.#number();
    return index < 0 ? null : this.#group.repeated[index]!;
  }
}
