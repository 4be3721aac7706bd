/**
 * The span that is active where a run opens, by which it is found in a tracing system. Read from what OpenTelemetry's API
 * has registered in this process, whichever copy of it: nothing of it is a dependency, and without it there is no span.
 * Node only.
 * @module
 */
import type { TemporalStart } from '../../src/model/documents';

/** Where every copy of `@opentelemetry/api` 1 registers what the process has of it. */
const API = Symbol.for('opentelemetry.js.api.1');
/** Key of the span in a context of that API. */
const SPAN = Symbol.for('OpenTelemetry Context Key SPAN');

const TRACE_ID = /^(?!0+$)[0-9a-f]{32}$/;
const SPAN_ID = /^(?!0+$)[0-9a-f]{16}$/;

interface RegisteredApi {
  context?: { active(): { getValue(key: symbol): unknown } };
}

/** Its ids, absent where there is no valid span. Never throws. */
export function activeSpan(): Pick<TemporalStart, 'trace_id' | 'span_id'> {
  try {
    const { context } = (globalThis as { [API]?: RegisteredApi })[API] ?? {};
    const span = context?.active().getValue(SPAN) as { spanContext?(): unknown } | undefined;
    const { traceId, spanId } = (span?.spanContext?.() ?? {}) as { traceId?: string; spanId?: string };
    if (!traceId || !spanId || !TRACE_ID.test(traceId) || !SPAN_ID.test(spanId)) return {};
    return { trace_id: traceId, span_id: spanId };
  } catch {
    return {}; // A tracer's fault is no loss of ours: the run stands without its span.
  }
}
