/**
 * The span that is active when a run opens, so that the run can be found in a tracing system. It is read from
 * what any copy of OpenTelemetry's API has registered in this process. OpenTelemetry is not a dependency:
 * without it there is no span. Node only.
 * @module
 */
import type { TemporalStart } from '../../src/model/documents';

/** The symbol under which every copy of `@opentelemetry/api` 1 registers itself in the process. */
const API = Symbol.for('opentelemetry.js.api.1');
/** The key of the span in a context of that API. */
const SPAN = Symbol.for('OpenTelemetry Context Key SPAN');

const TRACE_ID = /^(?!0+$)[0-9a-f]{32}$/;
const SPAN_ID = /^(?!0+$)[0-9a-f]{16}$/;

interface RegisteredApi {
  context?: { active(): { getValue(key: symbol): unknown } };
}

/** Returns the ids of the active span, or an empty object if there is no valid span. Never throws. */
export function activeSpan(): Pick<TemporalStart, 'trace_id' | 'span_id'> {
  try {
    const { context } = (globalThis as { [API]?: RegisteredApi })[API] ?? {};
    const span = context?.active().getValue(SPAN) as { spanContext?(): unknown } | undefined;
    const { traceId, spanId } = (span?.spanContext?.() ?? {}) as { traceId?: string; spanId?: string };
    if (!traceId || !spanId || !TRACE_ID.test(traceId) || !SPAN_ID.test(spanId)) return {};
    return { trace_id: traceId, span_id: spanId };
  } catch {
    return {}; // A fault of the tracer is not a loss: the run is recorded without its span.
  }
}
