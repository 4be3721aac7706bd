/**
 * The rules for recording values of histories, from the lab's options. Values are masked as a worker's are, or withheld under the
 * lab's key. Metadata is merged and checked. Settlement receives these rules. Node only.
 * @module
 */
import { ValueEvidence } from '../../data/value-evidence';
import { describeIssues } from '../../metadata/issues';
import { mergeSources } from '../../metadata/merge';
import { isScanId } from '../../model/ids';
import type { Json } from '../../model/json';
import { compileCaptureRules } from '../../options/capture-rules';
import { digestKey } from '../../options/digest-key';
import type { ValueOptions } from '../../options/plugin-options';
import { redactMerged } from '../../redaction/merged';
import { createRedactor, type RedactOptions, type Redactor } from '../../redaction/redactor';
import {
  type ContextSource,
  type ContextStore,
  checkedLayers,
  storedContext,
  wholeContext,
} from '../../temporal/contexts';
import { MEMO_NAME, type MetadataContext, readHeader } from '../../temporal/header';
import {
  decodePlain,
  type HistoryValues,
  isPlainJson,
  type MetadataCarriers,
  type RecordedMetadata,
} from '../../temporal/history-values';
import { memoContext } from '../../temporal/memo-context';
import { plainValues, withheldValues } from '../../values/policy';

/** The plugin's options for values, with the same names. */
export interface HistoryValueOptions {
  redact?: RedactOptions | false;
  values?: ValueOptions;
}

/**
 * Returns rules for histories. The defaults equal those of a plugin without options.
 * @throws ProvenanceError `OPTION_INVALID` if an option is invalid
 */
export function historyValues(options: HistoryValueOptions = {}): HistoryValues {
  const { redact, values = {} } = options;
  const redactor = createRedactor(redact === false ? { off: true } : redact);
  const limits = values.maxBytes === undefined ? undefined : { value_bytes: values.maxBytes };
  return {
    plain: plainValues(limits, redactor),
    withheld: values.withhold === 'never' ? undefined : withheldValues(digestKey(values.digestKey)),
    strings: new ValueEvidence({ redactor }),
    metadata: (carriers) => recordedMetadata(carriers, redactor),
    captures,
  };
}

/** Applies the rules of a worker session: pairs of a pattern and whether it records runs. */
function captures(rules: Json | undefined, activity_type: string): boolean {
  if (!Array.isArray(rules)) return true;
  const pairs = rules.filter((rule): rule is [string, boolean] => Array.isArray(rule) && rule.length === 2);
  return compileCaptureRules(Object.fromEntries(pairs))(activity_type).record;
}

/**
 * Records metadata as the opening of a run does, but without a stash, without the lab's rules and without refusing. Faulty parts
 * are left out.
 */
async function recordedMetadata(carriers: MetadataCarriers, redactor: Redactor): Promise<RecordedMetadata> {
  const { context, missing } = await wholeContext(
    carriedContext(carriers),
    new HistoryContexts(carriers.store),
  );
  const { issues, ...layers } = checkedLayers(context);
  const merged = mergeSources({ ...layers, inferred: carriers.inferred });
  const { scan_id } = merged.fields;
  if (isScanId(scan_id)) delete merged.fields.scan_id;
  const masked = issues.map((issue) => ({ ...issue, message: redactor.text(issue.message).text }));
  const faults = masked.length > 0 ? `${NOT_KEPT}: ${describeIssues(masked.slice(0, 1))}` : undefined;
  const rejected = [faults, ...missing.map(({ reason }) => reason)].filter(Boolean).join('; ');
  return {
    text: JSON.stringify(redactMerged(redactor, merged).merged),
    issues: masked,
    ...(isScanId(scan_id) && { scan_id }),
    ...(rejected && { rejected: redactor.text(rejected).text }),
  };
}

const NOT_KEPT = "metadata that can't be stored unchanged";

/** Contexts for reading a history. They are read only from the store. Values that a lab's codec sealed stay sealed. */
class HistoryContexts implements ContextSource {
  readonly #store: ContextStore;

  constructor(store: ContextStore) {
    this.#store = store;
  }

  find(key: string): Promise<MetadataContext | undefined> {
    return storedContext(key, this.#store);
  }
}

/** The header overrides the memo, as in the plugin. */
function carriedContext({ headers, memo }: MetadataCarriers): MetadataContext {
  const header = headers
    .map((fields) => readHeader(fields as Parameters<typeof readHeader>[0]))
    .find(Boolean);
  const entry = memo?.[MEMO_NAME];
  return header ?? (entry && isPlainJson(entry) ? memoContext(decodePlain(entry), entry) : {});
}
