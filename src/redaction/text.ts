/**
 * Finds secrets inside text: URLs, headers, keys of known services, PEM blocks, `name=value` in any quoting.
 * Every expression is bounded and linear: hostile text costs time in proportion to its length. [isolate-safe]
 * @module
 */
import { MaskedText, REDACTED } from './masked-text';
import { SERVICE_TOKEN } from './services';

export { REDACTED } from './masked-text';

/** Called whenever a rule masks something. */
export type Count = (rule: string) => void;

/** Addresses whose path is the secret. */
const SECRET_ADDRESS =
  /((?:hooks\.slack\.com\/(?:services|workflows|triggers)|discord(?:app)?\.com\/api\/webhooks)\/)[\w/+-]{8,256}/g;

const PRIVATE_KEY = /-----BEGIN[A-Z0-9 +%]{0,60}PRIVATE(?: |\+|%20)KEY[\s\S]*?(?:-----END[^-]{0,80}-----|$)/g;

const URL_CREDENTIALS = /(:\/\/)([^\s/?#"'<>\\]{1,512})@/g;
const ENCODED_URL_CREDENTIALS = /(%3A%2F%2F)(?:(?!%2F|%3F)[^\s/"'@]){1,512}?%40/gi;
const ORACLE_CREDENTIALS = /(jdbc:oracle:[a-z]{1,10}:)[^\s/@:"']{1,128}\/[^\s@"']{1,128}@/gi;
const AUTHORIZATION = /\b((Bearer|Basic)(?:\s|%20|\+){1,4})([\w.~+/=-]{6,8192})/gi;

interface Pattern {
  rule: string;
  /** Its first group, if it has one, is the kept part before the secret. */
  expression: RegExp;
  /** Length of the kept part after the secret. @defaultValue 0 */
  tail?: number;
  /** True if the match is not a secret after all. */
  innocent?(match: RegExpExecArray, text: string): boolean;
}

/** The patterns, applied in this order. */
const PATTERNS: readonly Pattern[] = [
  { rule: 'private-key', expression: PRIVATE_KEY },
  {
    rule: 'url-credentials',
    expression: URL_CREDENTIALS,
    tail: '@'.length,
    innocent: ({ 2: user, index }, text) => isNoSecret(text, user!, index),
  },
  { rule: 'url-credentials', expression: ENCODED_URL_CREDENTIALS, tail: '%40'.length },
  { rule: 'url-credentials', expression: ORACLE_CREDENTIALS, tail: '@'.length },
  { rule: 'token', expression: SECRET_ADDRESS },
  { rule: 'token', expression: SERVICE_TOKEN },
  {
    rule: 'authorization',
    expression: AUTHORIZATION,
    innocent: ({ 2: scheme, 3: value }) => !isCredential(scheme!, value!),
  },
];

/** Masks everything except `name=value`, which `maskAssignments` masks. */
export function maskPatterns(text: string, count: Count): string {
  return PATTERNS.reduce((masked, pattern) => maskPattern(masked, pattern, count), text);
}

function maskPattern(text: string, pattern: Pattern, count: Count): string {
  const { rule, expression, tail = 0, innocent } = pattern;
  let result: MaskedText | undefined;
  expression.lastIndex = 0;
  for (let match = expression.exec(text); match !== null; match = expression.exec(text)) {
    if (innocent?.(match, text)) continue;
    count(rule);
    result ??= new MaskedText(text);
    result.mask(match.index + (match[1]?.length ?? 0), expression.lastIndex - tail);
  }
  return result?.end() ?? text;
}

/** `basic` is also an ordinary word, so what follows must decode to `user:password`. */
function isCredential(scheme: string, value: string): boolean {
  if (scheme.toLowerCase() === 'bearer') return /[\d=]|.[A-Z]/.test(value) || value.length >= 24;
  try {
    return value.includes('=') || atob(value).includes(':');
  } catch {
    return /\d/.test(value) && /[A-Z]/.test(value);
  }
}

/** A user without a password is a name; but in http(s) it may be a token. */
function isNoSecret(text: string, user: string, at: number): boolean {
  if (user === REDACTED || user === 'git') return true;
  return !/:|%3A/i.test(user) && !/https?$/i.test(text.slice(Math.max(0, at - 5), at));
}
