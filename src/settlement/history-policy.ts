/**
 * How values of histories are recorded, by the lab's options: masked as a worker's are, withheld under the lab's key, and
 * metadata merged and checked. What the settlement of runs is given. Node only.
 * @module
 */
import type { Headers, Payload } from '@temporalio/common';
import { checkMetadata } from '../metadata/fields';
import { describeIssues } from '../metadata/issues';
import { mergeSources } from '../metadata/merge';
import { isScanId } from '../model/ids';
import { isJsonObject, type Json, type JsonObject } from '../model/json';
import { compileCaptureRules } from '../options/capture-rules';
import { digestKey } from '../options/digest-key';
import type { ValueOptions } from '../options/options';
import { redactMerged } from '../redaction/merged';
import { createRedactor, type RedactOptions, type Redactor } from '../redaction/redactor';
import {
  changedNumbers,
  HEADER_NAME,
  MEMO_NAME,
  type MetadataContext,
  parseContextKey,
  readHeader,
  withoutFaulty,
} from '../temporal/header';
import {
  decodePlain,
  type HistoryValues,
  type MetadataCarriers,
  type RecordedMetadata,
} from '../temporal/history-values';
import { plainValues, withheldValues } from '../values/policy';

/** The plugin's options that bear on values; the same names as there. */
export interface HistoryValueOptions {
  redact?: RedactOptions | false;
  values?: ValueOptions;
}

/**
 * Rules for histories; by default as a plugin without options has them.
 * @throws ProvenanceError `OPTION_INVALID` when an option is not usable
 */
export function historyValues(options: HistoryValueOptions = {}): HistoryValues {
  const { redact, values = {} } = options;
  const redactor = createRedactor(redact === false ? { off: true } : redact);
  const limits = values.maxBytes === undefined ? undefined : { value_bytes: values.maxBytes };
  return {
    plain: plainValues(limits, redactor),
    withheld: values.withhold === 'never' ? undefined : withheldValues(digestKey(values.digestKey)),
    metadata: (carriers) => recordedMetadata(carriers, redactor),
    captures,
  };
}

/** Rules as a worker's session tells them: pairs of a pattern and whether it leaves runs. */
function captures(rules: Json | undefined, activity_type: string): boolean {
  if (!Array.isArray(rules)) return true;
  const told = rules.filter((rule): rule is [string, boolean] => Array.isArray(rule) && rule.length === 2);
  return compileCaptureRules(Object.fromEntries(told))(activity_type).record;
}

/** As the opening of a run does it, without a stash, and without refusing: what is at fault is left out. */
async function recordedMetadata(carriers: MetadataCarriers, redactor: Redactor): Promise<RecordedMetadata> {
  const { user, plan } = await layersOf(carriers);
  const changed = changedLayers(carriers);
  const checked = { user: checkedLayer(user), plan: checkedLayer(plan) };
  const merged = mergeSources({ ...checked, inferred: carriers.inferred });
  const { scan_id } = merged.fields;
  if (isScanId(scan_id)) delete merged.fields.scan_id;
  const text = JSON.stringify(redactMerged(redactor, merged).merged);
  const misshapen = (user !== undefined && !checked.user) || (plan !== undefined && !checked.plan);
  const rejected = changed ?? (misshapen ? 'metadata of a shape that metadata cannot have' : undefined);
  return {
    text,
    ...(isScanId(scan_id) && { scan_id }),
    ...(rejected && { rejected }),
  };
}

/** Which of it can't be recorded as it was given, and so was left out; `undefined` where there is none. */
function changedLayers({ headers, memo }: MetadataCarriers): string | undefined {
  const own = headers.map((fields) => (fields as Headers | undefined)?.[HEADER_NAME]).find(Boolean);
  const [issue] = changedNumbers(own ?? memo?.[MEMO_NAME]);
  return issue && `metadata that can't be kept as it was given: ${describeIssues([issue])}`;
}

/** Contexts that build on contexts, at most. */
const MAX_CONTEXT_DEPTH = 16;

/** The header wins over the memo, as it does where the plugin reads them. What a lab's codec sealed stays sealed. */
async function layersOf({ headers, memo, context }: MetadataCarriers): Promise<MetadataContext> {
  const header = headers
    .map((fields) => readHeader(fields as Parameters<typeof readHeader>[0]))
    .find(Boolean);
  const entry = memo?.[MEMO_NAME];
  if (!header) return entry ? { user: memoLayer(entry) } : {};
  let { user, plan, context: key }: MetadataContext = header;
  for (let depth = 0; key && depth < MAX_CONTEXT_DEPTH; depth += 1) {
    const address = parseContextKey(key);
    const text = address && (await context(address.run_id, address.n));
    const outer: MetadataContext = text ? JSON.parse(text) : {};
    user ??= outer.user;
    plan = { ...outer.plan, ...plan };
    key = outer.context;
  }
  return { user, plan };
}

function memoLayer(entry: Payload): JsonObject {
  const value = decodePlain(entry) as JsonObject;
  return isJsonObject(value) ? withoutFaulty(value, changedNumbers(entry)) : value;
}

function checkedLayer(layer: unknown): JsonObject | undefined {
  return isJsonObject(layer) && checkMetadata(layer).length === 0 ? layer : undefined;
}
