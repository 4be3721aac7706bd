/**
 * The flow of values in a history. If our module was not in the sandbox, activities have no headers of ours, and equal strings
 * are compared instead. The inputs of a local activity are unknown, because a history contains no header of it.
 * @module
 */
import type { DataDocument } from '../../model/data';
import { SCHEMA_VERSION } from '../../model/documents';
import type { ActivityHistory, HistoryEvent, Payloads } from '../../temporal/activity-history';
import { HEADER_NAME } from '../../temporal/header';
import {
  decodePlain,
  type HistoryReader,
  type HistoryValues,
  isPlainJson,
  type Payload,
} from '../../temporal/history-values';

type Facts = NonNullable<DataDocument['values']>['args'];

/** Why the inputs of a reconstructed run are unknown, as its data document records it. */
type Unknown = 'local_activity_in_history' | 'values_cut';

/** The flow of values of one execution's activities. */
export class HistoryFlow {
  readonly #values: HistoryValues;
  /** Strings that came from outside. Absent if values are not compared. */
  readonly #inbound: ReadonlySet<string> | undefined;

  private constructor(values: HistoryValues, inbound: ReadonlySet<string> | undefined) {
    this.#values = values;
    this.#inbound = inbound;
  }

  /** Returns the flow of a history. Pass no events if the history no longer exists. */
  static of(
    events: readonly HistoryEvent[],
    values: HistoryValues,
    { withholds }: Pick<HistoryReader, 'withholds'>,
  ): HistoryFlow {
    const comparable = events.length > 0 && !withholds && !events.some(hasOurHeader);
    return new HistoryFlow(
      values,
      comparable ? values.strings.inbound(events.flatMap(inboundOf)) : undefined,
    );
  }

  /** Returns the data document of a run that is reconstructed from this history; undefined if it has no facts. */
  document(uid: string, activity: ActivityHistory): DataDocument | undefined {
    const { is_local, input, end, scheduled_time } = activity;
    const args = this.#facts(input, 'args');
    const result = end?.outcome === 'completed' ? this.#facts(end.result, 'result') : NOTHING;
    const some = args.facts.length > 0 || result.facts.length > 0;
    const reasons: Unknown[] = [];
    if (is_local) reasons.push('local_activity_in_history');
    if (args.partial || result.partial) reasons.push('values_cut');
    if (!some && reasons.length === 0) return undefined;
    return {
      schema_version: SCHEMA_VERSION,
      run_start: uid,
      // The time at which it ended. A result is evidence only for activities that were scheduled later.
      time: end?.time ?? scheduled_time,
      inputs: 'unknown',
      ...(reasons.length > 0 && { reasons }),
      items: [],
      ...(some && { values: { args: args.facts, result: result.facts } }),
    };
  }

  #facts(payloads: Payloads | undefined, root: 'args' | 'result'): { facts: Facts; partial: boolean } {
    if (!this.#inbound || !payloads?.payloads?.length) return NOTHING;
    const decoded = payloads.payloads.map(plainValue);
    return this.#values.strings.of(root === 'args' ? decoded : decoded[0], root, this.#inbound);
  }
}

const NOTHING: { facts: Facts; partial: boolean } = { facts: [], partial: false };

/** True if the event has a header of our module, which adds one to each activity and child. */
function hasOurHeader(event: HistoryEvent): boolean {
  const header =
    event.activityTaskScheduledEventAttributes?.header ??
    event.startChildWorkflowExecutionInitiatedEventAttributes?.header;
  return header?.fields?.[HEADER_NAME] !== undefined;
}

/** Returns values that the execution received with its start, a signal or an update. */
function inboundOf(event: HistoryEvent): unknown[] {
  const started = event.workflowExecutionStartedEventAttributes;
  const given = [
    started?.input,
    event.workflowExecutionSignaledEventAttributes?.input,
    event.workflowExecutionUpdateAcceptedEventAttributes?.acceptedRequest?.input?.args,
  ].flatMap((payloads) => payloads?.payloads ?? []);
  const named = [started?.memo?.fields, started?.searchAttributes?.indexedFields];
  return [...given, ...named.flatMap((fields) => Object.values(fields ?? {}))].map(plainValue);
}

/** A value that is not plain JSON has no comparable strings. */
function plainValue(payload: Payload): unknown {
  return isPlainJson(payload) ? decodePlain(payload) : undefined;
}
