/**
 * The data document of a run: one, written after its stop, with all that is noted of its data. Node only.
 * @module
 */
import type { DataDocument } from '../../src/model/data';
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
}

/** A run whose code is about to run. */
export interface DataSubject {
  uid: string;
  args: readonly unknown[];
  /** Absent outside workflows. */
  flow?: FlowSource;
}

/** Notes the data of a worker's runs. Never throws: a fault costs what is noted, and is counted. */
export class DataNotes {
  readonly #parts: DataParts;

  constructor(parts: DataParts) {
    this.#parts = parts;
  }

  /** Before the code runs, which may change its arguments. `undefined`: nothing is to be noted at its end. */
  begin({ uid, args, flow }: DataSubject): RunNotes | undefined {
    try {
      const values = flow && this.#parts.flow.begin(args, flow);
      return values && new RunNotes(uid, values, this.#parts.recorder);
    } catch (error) {
      lose(this.#parts.recorder, 'data', error);
      return undefined;
    }
  }
}

/** What is noted of one run. */
export class RunNotes {
  readonly #uid: string;
  readonly #values: RunFlow;
  readonly #recorder: Recorder;

  constructor(uid: string, values: RunFlow, recorder: Recorder) {
    this.#uid = uid;
    this.#values = values;
    this.#recorder = recorder;
  }

  /** Writes the document, if there is anything to tell. Never throws. */
  end(ending: Ending): void {
    try {
      const noted = this.#values.end(ending);
      if (noted) this.#recorder.record(dataRecord(this.#uid, noted));
    } catch (error) {
      lose(this.#recorder, 'data', error);
    }
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
