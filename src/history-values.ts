/**
 * How values of histories are recorded, by the lab's options: masked as a worker's are, withheld under the lab's key, and
 * metadata merged and checked. What the settlement of runs is given. Node only.
 * @module
 */
import { MEMO_NAME, readHeader } from '../interceptors/propagation';
import { plainValues, withheldValues } from '../interceptors/values';
import { digestKey } from './digest-key';
import { checkMetadata } from './metadata/fields';
import { mergeSources } from './metadata/merge';
import { createRedactor, type RedactOptions, type Redactor } from './metadata/redact';
import { redactMerged } from './metadata/redact-merged';
import { isScanId } from './model/ids';
import { isJsonObject, type JsonObject } from './model/json';
import type { ValueOptions } from './options';
import {
  decodePlain,
  type HistoryValues,
  type MetadataCarriers,
  type RecordedMetadata,
} from './settlement/history-values';

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
  };
}

/** As the opening of a run does it, without a stash, and without refusing: what is at fault is left out. */
function recordedMetadata(carriers: MetadataCarriers, redactor: Redactor): RecordedMetadata {
  const { user, plan } = layersOf(carriers);
  const checked = { user: checkedLayer(user), plan: checkedLayer(plan) };
  const merged = mergeSources({ ...checked, inferred: carriers.inferred });
  const { scan_id } = merged.fields;
  if (isScanId(scan_id)) delete merged.fields.scan_id;
  const text = JSON.stringify(redactMerged(redactor, merged).merged);
  const rejected = (user !== undefined && !checked.user) || (plan !== undefined && !checked.plan);
  return {
    text,
    ...(isScanId(scan_id) && { scan_id }),
    ...(rejected && { rejected: 'metadata of a shape that metadata cannot have' }),
  };
}

/** The header wins over the memo, as it does where the plugin reads them. */
function layersOf({ headers, memo }: MetadataCarriers): { user?: unknown; plan?: unknown } {
  const header = readHeader(headers as Parameters<typeof readHeader>[0]);
  if (header) return { user: header.user, plan: header.plan };
  const entry = memo?.[MEMO_NAME];
  return entry ? { user: decodePlain(entry) } : {};
}

function checkedLayer(layer: unknown): JsonObject | undefined {
  return isJsonObject(layer) && checkMetadata(layer).length === 0 ? layer : undefined;
}
