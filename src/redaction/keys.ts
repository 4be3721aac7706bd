/**
 * Decides which names are those of secrets. A name is split into words (camelCase, snake_case, kebab-case
 * alike) and matched by whole words, so that `author`, `monkey` and `num_tokens` are not taken for `auth`,
 * `key` and `token`. [isolate-safe]
 * @module
 */
import { looksOpaque } from './opaque';

/**
 * What a name implies about its value. `secret`: never kept. `opaque`, `digits`, `not-path`: the name also has
 * a harmless meaning (an imaging session, a sample pin, the working directory), so its value is masked only if
 * it looks like a secret. `line`: a header whose value ends with the line.
 */
export type KeyKind = 'none' | 'secret' | 'line' | 'opaque' | 'digits' | 'not-path';

/** Words that make a name secret at any position, unless its last word is harmless. */
const SECRET_WORDS = new Set(
  (
    'password passwords passwd passphrase passcode secret secrets token bearer jwt apikey apikeys credential ' +
    'credentials cred creds auth authorization cookie cookies dsn connstr webhook accesskey secretkey privatekey ' +
    'clientsecret authtoken accesstoken refreshtoken idtoken apitoken csrftoken xsrftoken sessiontoken bearertoken ' +
    'userpass dbpass psw mnemonic'
  ).split(' '),
);

/** Words after which `key` (or `keys`) is secret. */
const KEY_OWNERS = new Set(
  (
    'api access private secret signing encryption decryption account master shared ssh hmac auth storage service ' +
    'subscription deploy deployment license cipher aes rsa client function'
  ).split(' '),
);

/** Words after which `pass` is a password. */
const PASS_OWNERS = new Set(
  'db smtp user mail ftp sftp redis mysql pg postgres sudo login proxy admin root key'.split(' '),
);

/** Last words that make a name harmless: its value is about the secret, not the secret. */
const INNOCENT_LAST_WORDS = new Set(
  (
    'count counts counter length len size limit limits max min num number total type types kind id ids url uri ' +
    'endpoint policy method methods mode file path dir expiry expires expiration ttl age usage used budget index ' +
    'embedding embeddings dim dims dimension ratio rate rates required enabled disabled supported version format ' +
    'strength rotation arn ref reference provider scheme style manager store vault field label column name names at ' +
    'created updated flow error errors status state duration ms seconds bytes level levels position positions mask ' +
    'accuracy loss prob probs probability logits per throughput window hint prompt question reset protocol class ' +
    'checking check classes distribution frequency vocabulary vocab order ordering span spans sequence split splits tree line lines'
  ).split(' '),
);

/** Words near which `token` means a token of text. */
const TEXT_TOKEN_WORDS = new Set(
  (
    'cls pad eos bos sep unk mask special num n max min count total prompt completion input output cached reasoning ' +
    'text image audio start end stop next first last per vocab vocabulary word subword sentence sequence new ' +
    'generated padding decoder encoder forced label prefix suffix'
  ).split(' '),
);

const OPAQUE_WORDS = new Set(
  'signature sig sas session sessionid sid jsessionid phpsessid tokens pass'.split(' '),
);
const DIGIT_WORDS = new Set('pin otp totp cvv cvc'.split(' '));
const LINE_WORDS = new Set('authorization cookie'.split(' '));

/** Longest part of a name that is examined, from its end. */
const MAX_NAME_LENGTH = 256;

/** Splits a name into lower-case words: `AWSSecretKey2` is `aws secret key`. */
export function wordsOf(name: string): string[] {
  return name
    .slice(-MAX_NAME_LENGTH)
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}]+/u)
    .filter((word) => word !== '');
}

/** What the name implies about its value, by the default policy. */
export function kindOfName(name: string): KeyKind {
  const words = wordsOf(name);
  const last = words.at(-1);
  if (last === undefined) return 'none';
  if (last === 'url' && words.includes('webhook')) return 'secret';
  for (let index = 0; index < words.length; index++) {
    if (isSecretWord(words, index)) return kindOfSecret(words, last);
  }
  if (last === 'pwd') return 'not-path';
  if (last === 'pass' && PASS_OWNERS.has(words.at(-2) ?? '')) return 'secret';
  if (DIGIT_WORDS.has(last)) return 'digits';
  if (OPAQUE_WORDS.has(last)) return isDataSession(words) ? 'none' : 'opaque';
  return last === 'id' && words.at(-2) === 'session' ? 'opaque' : 'none';
}

/** event-model's own grouping of runs. */
function isDataSession(words: string[]): boolean {
  return words.length === 2 && words[0] === 'data' && words[1] === 'session';
}

function isSecretWord(words: string[], index: number): boolean {
  const word = words[index]!;
  const before = words[index - 1] ?? '';
  if (word === 'token') return !TEXT_TOKEN_WORDS.has(before) && !TEXT_TOKEN_WORDS.has(words[index + 1] ?? '');
  if (SECRET_WORDS.has(word)) return true;
  if (word === 'key' || word === 'keys') return KEY_OWNERS.has(before);
  if (word === 'string' || word === 'str') return before === 'connection' || before === 'conn';
  return word.endsWith('password') || word.endsWith('passwd');
}

function kindOfSecret(words: string[], last: string): KeyKind {
  if (words.length > 1 && INNOCENT_LAST_WORDS.has(last)) return 'none';
  return LINE_WORDS.has(last) || words.includes('authorization') ? 'line' : 'secret';
}

/** A version, as in lists of packages: `cookie: ^0.7.1`. */
const VERSION = /^[~^<>=v]{0,2}\d{1,4}(?:\.\d{1,6}){1,3}(?:[-+][\w.+-]{1,32})?$/;

/** True if a string with a name of this kind is masked. */
export function masksText(kind: KeyKind, text: string): boolean {
  return text !== '' && kind !== 'none' && suits(kind, text) && !VERSION.test(text);
}

function suits(kind: KeyKind, text: string): boolean {
  if (kind === 'opaque') return looksOpaque(text) || /[?&]sig=/.test(text);
  if (kind === 'digits') return (text.length <= 8 && /^\d{4,8}$/.test(text)) || looksOpaque(text);
  return kind !== 'not-path' || !/^(?:\.{0,2}\/|~|[A-Za-z]:[\\/])/.test(text);
}

/** True if a value other than a string is masked. Booleans and `null` hold no secret. */
export function masksOther(kind: KeyKind, value: unknown): boolean {
  if (value === null || typeof value === 'boolean') return false;
  if (typeof value === 'number') {
    return (
      kind === 'secret' || (kind === 'digits' && Number.isInteger(value) && value >= 1000 && value < 1e8)
    );
  }
  return kind === 'secret' || kind === 'line';
}
