/**
 * The rules of each lab, from the general options and its own, with the document that is kept of them. Node
 * only.
 * @module
 */
import { canonicalJson, sha256 } from '../environment/identity/canonical';
import { ProvenanceError } from '../errors';
import { joinedFieldRules } from '../metadata/field-rules';
import { describeRules, isEmpty, type RulesDocument } from '../metadata/rules-document';
import { compileRules, type MetadataRulesOptions, type Normalizer } from '../metadata/validate';
import type { Blob } from '../model/environment';
import type { Json } from '../model/json';
import type { LabRules, RulesBook } from '../record/opening/rules-book';
import type { ResolvedOptions } from './options';
import type { RuleOptions } from './plugin-options';

/** The options that are rules for metadata. */
export type RulesOptions = Pick<ResolvedOptions, keyof RuleOptions | 'labs'>;

/** Media type of a kept rules document. */
const RULES_MEDIA_TYPE = 'application/json';

interface KnownRules extends LabRules {
  blob?: Blob;
}

/** Rules by lab. General rules apply to every lab; a lab's own are added. */
export class LabRulesBook implements RulesBook {
  readonly #options: RulesOptions;
  readonly #known = new Map<string, KnownRules>();
  /** The rules of labs without rules of their own. */
  #general: KnownRules | undefined;

  /** @throws ProvenanceError `OPTION_INVALID` if a rule in the options is invalid */
  constructor(options: RulesOptions) {
    this.#options = options;
    compileRules(rulesOf(options, {}));
    for (const [lab, own] of Object.entries(options.labs)) assertRules(lab, rulesOf({}, own));
  }

  of(lab: string): LabRules {
    return this.#of(lab);
  }

  /** The kept document of a lab's rules; undefined if it has none. */
  contentOf(lab: string): Blob | undefined {
    return this.#of(lab).blob;
  }

  #of(lab: string): KnownRules {
    const own = Object.hasOwn(this.#options.labs, lab) ? this.#options.labs[lab] : undefined;
    if (!own) {
      this.#general ??= this.#make({});
      return this.#general;
    }
    const known = this.#known.get(lab) ?? this.#make(own);
    this.#known.set(lab, known);
    return known;
  }

  #make(own: RuleOptions): KnownRules {
    const rules = rulesOf(this.#options, own);
    const onRefusal = own.onRefusal ?? this.#options.onRefusal;
    const blob = contentOf(describeRules({ ...rules, normalizers: rules.normalizer, on_refusal: onRefusal }));
    return { rules: compileRules(rules), onRefusal, blob, digest: blob?.digest };
  }
}

/** Undefined if there are none, or if they contain what JSON cannot hold. */
function contentOf(document: RulesDocument): Blob | undefined {
  if (isEmpty(document)) return undefined;
  try {
    const text = canonicalJson(document as unknown as Json);
    return { digest: sha256(text), media_type: RULES_MEDIA_TYPE, bytes: new TextEncoder().encode(text) };
  } catch {
    return undefined;
  }
}

function assertRules(lab: string, rules: JoinedRules): void {
  try {
    compileRules(rules);
  } catch (cause) {
    if (!ProvenanceError.is(cause)) throw cause;
    throw new ProvenanceError('OPTION_INVALID', `labs.${lab}: ${cause.message}`, { cause });
  }
}

interface JoinedRules extends Required<Pick<MetadataRulesOptions, 'required' | 'fields' | 'validators'>> {
  normalizer: Normalizer[];
}

function rulesOf(general: RuleOptions, own: RuleOptions): JoinedRules {
  const joined = <T>(some: readonly T[] = [], others: readonly T[] = []) => [
    ...new Set([...some, ...others]),
  ];
  return {
    required: joined(general.required, own.required),
    fields: joinedFieldRules([general.fields ?? {}, own.fields ?? {}]),
    validators: joined(general.validators, own.validators),
    normalizer: [general.normalizer, own.normalizer].filter((one) => one !== undefined),
  };
}
