/**
 * The data document of a run: one document, written after its stop, with all that was noted about its data.
 * Node only.
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

/** The parts that note the data of one worker's runs. */
interface DataParts {
  recorder: Recorder;
  flow: DataFlowCapture;
  /** Absent if files and URIs are not captured. */
  capture?: DataCapture;
}

/** A run whose code is about to run. */
export interface DataSubject {
  uid: string;
  args: readonly unknown[];
  /** Absent outside workflows. */
  flow?: FlowSource;
  /** Its files and URIs, which have been examined since the attempt arrived. */
  files?: RunData;
}

/**
 * Notes the data of a worker's runs. Never throws: after a fault the data is missing, and the fault is counted.
 */
export class DataNotes {
  readonly #parts: DataParts;

  constructor(parts: DataParts) {
    this.#parts = parts;
  }

  /**
   * Called when an attempt arrives. What its arguments name is examined while its run opens, as is what the
   * previous attempt left in a heartbeat.
   */
  arrive(args: readonly unknown[], left?: unknown): RunData | undefined {
    return this.#parts.capture?.begin(args, left);
  }

  /**
   * Must be called before the code runs, which may change its arguments. Returns `undefined` if nothing is to
   * be noted at the end.
   */
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

/** The parts that note one run's data. */
interface NoteParts {
  values?: RunFlow;
  files?: RunData;
  recorder: Recorder;
}

/** The notes about one run's data. No method throws. */
export class RunNotes {
  readonly #uid: string;
  readonly #parts: NoteParts;

  constructor(uid: string, parts: NoteParts) {
    this.#uid = uid;
    this.#parts = parts;
  }

  /** A heartbeat may name files, too. */
  heartbeat(details: readonly unknown[]): void {
    this.#parts.files?.heartbeat(details);
  }

  /** The activity's code declares what it uses or generates. */
  declare(data: unknown, direction: 'used' | 'generated'): void {
    this.#parts.files?.declare(data, direction);
  }

  /** Writes the document if there is anything to record. */
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

/** The recorder of a worker's data documents. No method throws. */
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

/** Builds the record of the document. A part about which nothing was noted is `unknown`, never `none`. */
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
