/**
 * Secrets inside text: URLs, headers, keys of known services, PEM blocks, `name=value` in whatever quoting. Every
 * expression is bounded and linear: hostile text costs time in proportion to its length. [isolate-safe]
 * @module
 */
import { TextParts } from './text-parts';

/** What stands in place of a secret. No hash: that of a short secret can be guessed. */
export const REDACTED = '[redacted]';

/** Told whenever a rule masks something. */
export type Count = (rule: string) => void;

/** Keys of well-known services, by the prefix that they carry. */
const SERVICE_TOKENS: readonly string[] = [
  '(?:AKIA|ASIA|AROA|ABIA)[0-9A-Z]{12,128}',
  'gh[pousr]_[A-Za-z0-9]{16,255}',
  'github_pat_\\w{16,255}',
  'gl(?:pat|dt|ptt|rt|soat|cbt)-[\\w-]{16,255}',
  'xox[a-z]-[\\w-]{8,255}',
  'xapp-[\\w-]{16,255}',
  'AIza[\\w-]{20,128}',
  'ya29\\.[\\w-]{16,2048}',
  'GOCSPX-[\\w-]{16,128}',
  '(?:[srp]k_(?:live|test)_|whsec_)[A-Za-z0-9]{8,255}',
  '(?<!-)sk-(?=[\\w-]{0,64}\\d)[\\w-]{20,255}',
  'npm_[A-Za-z0-9]{20,128}',
  'pypi-[\\w-]{16,512}',
  'hf_[A-Za-z0-9]{16,128}',
  'SG\\.[\\w-]{16,64}\\.[\\w-]{16,128}',
  'do[opr]_v1_[a-f0-9]{32,128}',
  'shp(?:at|ca|pa|ss)_[a-fA-F0-9]{16,128}',
  // Nothing of its own alphabet before it, and a bounded first part: else a run of `-eyJ` is read again from each one.
  '(?<=^|[^\\w-]|\\\\[bfnrt])eyJ[\\w-]{8,1024}\\.[\\w-]{4,65536}(?:\\.[\\w-]{0,8192}){0,3}',
  'LS0tLS1CRUdJTi(?:BSU0Eg|BFQyB|BEU0Eg|BPUEVOU1NI|BFTkNSWVBURU|BQR1Ag)?[A-Za-z0-9+/]{0,12}(?:UFJJVkFUR|QUklWQVRF|BSSVZBVE)[A-Za-z0-9+/=]{0,65536}',
];

const SERVICE_TOKEN = new RegExp(`(?<![A-Za-z0-9])(?:${SERVICE_TOKENS.join('|')})`, 'g');

/** A key of a service at a given place; in JSON text an escape (`\\n`) may stand right before it. */
export const SERVICE_TOKEN_START = new RegExp(
  `(?<=^|[^A-Za-z0-9]|\\\\[bfnrt])(?:${SERVICE_TOKENS.join('|')})`,
  'y',
);

/** Addresses whose path is the secret. */
const SECRET_ADDRESS =
  /((?:hooks\.slack\.com\/(?:services|workflows|triggers)|discord(?:app)?\.com\/api\/webhooks)\/)[\w/+-]{8,256}/g;

const PRIVATE_KEY = /-----BEGIN[A-Z0-9 +%]{0,60}PRIVATE(?: |\+|%20)KEY[\s\S]*?(?:-----END[^-]{0,80}-----|$)/g;

const URL_CREDENTIALS = /:\/\/([^\s/?#"'<>\\]{1,512})@/g;
const ENCODED_URL_CREDENTIALS = /(%3A%2F%2F)((?:(?!%2F|%3F)[^\s/"'@]){1,512}?)%40/gi;
const ORACLE_CREDENTIALS = /(jdbc:oracle:[a-z]{1,10}:)[^\s/@:"']{1,128}\/[^\s@"']{1,128}@/gi;
const AUTHORIZATION = /\b(Bearer|Basic)((?:\s|%20|\+){1,4})([\w.~+/=-]{6,8192})/gi;

/** What stands in place of one match. */
type Mask = (match: RegExpExecArray, text: string, count: Count) => string;

/** In this order. */
const MASKS: readonly (readonly [RegExp, Mask])[] = [
  [PRIVATE_KEY, (_match, _text, count) => masked('private-key', count)],
  [
    URL_CREDENTIALS,
    ({ 0: whole, 1: user, index }, text, count) =>
      isNoSecret(text, user!, index) ? whole : `://${masked('url-credentials', count)}@`,
  ],
  [ENCODED_URL_CREDENTIALS, ([, lead], _text, count) => `${lead}${masked('url-credentials', count)}%40`],
  [ORACLE_CREDENTIALS, ([, lead], _text, count) => `${lead}${masked('url-credentials', count)}@`],
  [SECRET_ADDRESS, ([, lead], _text, count) => lead + masked('token', count)],
  [SERVICE_TOKEN, (_match, _text, count) => masked('token', count)],
  [
    AUTHORIZATION,
    ([whole, scheme, gap, value], _text, count) =>
      isCredential(scheme!, value!) ? scheme! + gap + masked('authorization', count) : whole,
  ],
];

/** Masks everything but `name=value`, which `maskAssignments` does. */
export function maskPatterns(text: string, count: Count): string {
  return MASKS.reduce((masked, [expression, mask]) => replaceEach(masked, expression, mask, count), text);
}

/** As `text.replace(expression, …)`, which keeps the parts of all matches until the last is found. */
function replaceEach(text: string, expression: RegExp, mask: Mask, count: Count): string {
  const result = new TextParts();
  let kept = 0;
  expression.lastIndex = 0;
  for (let match = expression.exec(text); match !== null; match = expression.exec(text)) {
    result.add(text, kept, match.index, mask(match, text, count));
    kept = expression.lastIndex;
  }
  return kept === 0 ? text : result.end(text, kept);
}

/** `basic` is a word of prose as well: what follows must decode to `user:password`. */
function isCredential(scheme: string, value: string): boolean {
  if (scheme.toLowerCase() === 'bearer') return /[\d=]|.[A-Z]/.test(value) || value.length >= 24;
  try {
    return value.includes('=') || atob(value).includes(':');
  } catch {
    return /\d/.test(value) && /[A-Z]/.test(value);
  }
}

/** A user without a password is a name, but in http(s), where it may be a token. */
function isNoSecret(text: string, user: string, at: number): boolean {
  if (user === REDACTED || user === 'git') return true;
  return !/:|%3A/i.test(user) && !/https?$/i.test(text.slice(Math.max(0, at - 5), at));
}

function masked(rule: string, count: Count): string {
  count(rule);
  return REDACTED;
}
