/**
 * The data document of a run: one, written after its stop, with all that is noted of its data. Node only.
 * @module
 */
import type { DataCapture, DataSink } from '../../src/data/capture';
import type { RunData } from '../../src/data/run-data';
import type { DataDocument, DigestDocument } from '../../src/model/data';
import { SCHEMA_VERSION } from '../../src/model/documents';
import type { JsonObject } from '../../src/model/json';
import type { Recorder } from '../../src/record/recorder';
import type { WriteRecord } from '../../src/store/interface/written';
import { lose } from '../loss';
import type { DataFlowCapture, FlowSource, RunFlow } from './data-flow';
import type { Ending } from './run-end';

/** What is noted of one worker's runs. */
interface DataParts {
  recorder: Recorder;
  flow: DataFlowCapture;
  /** Absent where files and URIs are not looked for. */
  capture?: DataCapture;
}

/** A run whose code is about to run. */
export interface DataSubject {
  uid: string;
  args: readonly unknown[];
  /** Absent outside workflows. */
  flow?: FlowSource;
  /** Its files and URIs, looked for since it came in. */
  files?: RunData;
}

/** Notes the data of a worker's runs. Never throws: a fault costs what is noted, and is counted. */
export class DataNotes {
  readonly #parts: DataParts;

  constructor(parts: DataParts) {
    this.#parts = parts;
  }

  /** An attempt came in: what its arguments name, and what the attempt before left in a heartbeat, is looked at while its run is opened. */
  arrive(args: readonly unknown[], left?: unknown): RunData | undefined {
    return this.#parts.capture?.begin(args, left);
  }

  /** Before the code runs, which may change its arguments. `undefined`: nothing is to be noted at its end. */
  begin({ uid, args, flow, files }: DataSubject): RunNotes | undefined {
    try {
      const values = flow && this.#parts.flow.begin(args, flow);
      files?.open(uid);
      return (values || files) && new RunNotes(uid, { values, files, recorder: this.#parts.recorder });
    } catch (error) {
      lose(this.#parts.recorder, 'data', error);
      return undefined;
    }
  }
}

/** What notes one run's data. */
interface NoteParts {
  values?: RunFlow;
  files?: RunData;
  recorder: Recorder;
}

/** What is noted of one run. No method throws. */
export class RunNotes {
  readonly #uid: string;
  readonly #parts: NoteParts;

  constructor(uid: string, parts: NoteParts) {
    this.#uid = uid;
    this.#parts = parts;
  }

  /** What a heartbeat says may name files as well. */
  heartbeat(details: readonly unknown[]): void {
    this.#parts.files?.heartbeat(details);
  }

  /** The code says itself what it uses or makes. */
  declare(data: unknown, direction: 'used' | 'generated'): void {
    this.#parts.files?.declare(data, direction);
  }

  /** Has the document written, if there is anything to tell. */
  end(ending: Ending): void {
    const { values, files, recorder } = this.#parts;
    try {
      const noted = values?.end(ending);
      if (files) files.end('returned' in ending ? ending.returned : undefined, noted);
      else if (noted) recorder.record(dataRecord(this.#uid, noted));
    } catch (error) {
      lose(recorder, 'data', error);
    }
  }
}

/** Where a worker's data documents go. No method throws. */
export class RecordedData implements DataSink {
  readonly #recorder: Recorder;

  constructor(recorder: Recorder) {
    this.#recorder = recorder;
  }

  data(document: DataDocument): void {
    this.#recorder.record({ kind: 'document', of: 'data', document: document as unknown as JsonObject });
  }

  digest(document: DigestDocument): void {
    this.#recorder.record({ kind: 'document', of: 'digest', document: document as unknown as JsonObject });
  }

  lose(error: unknown): void {
    lose(this.#recorder, 'data', error);
  }
}

/** The document as a record. What nothing was noted of is `unknown`, never `none`. */
function dataRecord(uid: string, noted: Partial<DataDocument>): WriteRecord {
  const document: DataDocument = {
    schema_version: SCHEMA_VERSION,
    run_start: uid,
    time: Date.now() / 1000,
    inputs: 'unknown',
    items: [],
    ...noted,
  };
  return { kind: 'document', of: 'data', document: document as unknown as JsonObject };
}
