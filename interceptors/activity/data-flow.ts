/**
 * Notes a run's values, so that they can be followed when the plugin's module is not in the workflow's sandbox.
 * Also counts by which means the values of this worker's runs are followed. Node only.
 * @module
 */
import { runValues, type ValueEvidence, type ValueFacts } from '../../src/data/value-evidence';
import type { DataDocument } from '../../src/model/data';
import type { DataFlow, DataFlowMeans } from '../../src/model/environment';
import type { KnownExecution } from './executions';
import type { Ending } from './run-end';

/** Called when values are followed by other means than before. Never throws. */
export interface DataFlowListener {
  dataFlow(flow: DataFlow): void;
}

/** The facts of an attempt that decide by which means its values are followed. */
export interface FlowSource {
  /** True if its header is ours: then the sandbox reports the data flow. */
  has_header: boolean;
  /** Absent if the start of its execution could not be read. */
  inbound?: KnownExecution['inbound'];
}

/** Notes the values of runs, and counts how many runs are followed by each means. */
export class DataFlowCapture {
  readonly #evidence: Pick<ValueEvidence, 'of'>;
  readonly #listener: DataFlowListener;
  readonly #flow: DataFlow = { runs: {} };

  constructor(evidence: Pick<ValueEvidence, 'of'>, listener: DataFlowListener) {
    this.#evidence = evidence;
    this.#listener = listener;
  }

  /**
   * Must be called before the code runs, which may change its arguments. Returns `undefined` if nothing is to
   * be noted at the end.
   */
  begin(args: readonly unknown[], { has_header, inbound }: FlowSource): RunFlow | undefined {
    const means = meansOf(has_header, inbound);
    this.#count(means);
    if (means !== 'values' || typeof inbound !== 'object') return undefined;
    return new RunFlow(this.#evidence, inbound, this.#evidence.of(args, 'args', inbound));
  }

  /** Called if the sandbox cannot recognise objects by identity, and follows only strings. */
  sandboxLacks(reason: string): void {
    if (this.#flow.sandbox_lacks) return;
    this.#flow.sandbox_lacks = reason;
    this.#listener.dataFlow(this.#flow);
  }

  #count(means: DataFlowMeans): void {
    const { runs } = this.#flow;
    const before = runs[means] ?? 0;
    runs[means] = before + 1;
    if (before === 0) this.#listener.dataFlow(this.#flow);
  }
}

function meansOf(has_header: boolean, inbound: FlowSource['inbound']): DataFlowMeans {
  if (has_header) return 'sandbox';
  if (inbound === 'too_large') return 'start_too_large';
  return inbound ? 'values' : 'start_unread';
}

/** The values of one run. */
export class RunFlow {
  readonly #evidence: Pick<ValueEvidence, 'of'>;
  readonly #inbound: Exclude<KnownExecution['inbound'], 'too_large' | undefined>;
  readonly #args: ValueFacts;

  constructor(
    evidence: Pick<ValueEvidence, 'of'>,
    inbound: Exclude<KnownExecution['inbound'], 'too_large' | undefined>,
    args: ValueFacts,
  ) {
    this.#evidence = evidence;
    this.#inbound = inbound;
    this.#args = args;
  }

  /** Returns the run's values as part of its data document; undefined if nothing is worth recording. */
  end(ending: Ending): Pick<DataDocument, 'values' | 'reasons'> | undefined {
    const result =
      'returned' in ending ? this.#evidence.of(ending.returned, 'result', this.#inbound) : undefined;
    const values = runValues(this.#args, result);
    if (!values) return undefined;
    return { values, ...((this.#args.partial || result?.partial) && { reasons: ['values_cut'] }) };
  }
}
