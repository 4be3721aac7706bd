/**
 * Decides which strings alone show that two values are the same: an address of data, or an identifier that is
 * not written twice by chance. The sandbox, the worker and the linker use this one rule. [isolate-safe]
 *
 * This folder owns the rules of links and artifacts: pure functions of facts. The store derives its tables by
 * them; the sandbox and the worker take from here which values count as evidence.
 * @module
 */
import { LINEAGE_VALUES } from '../model/limits';

const URI = /^[a-z][a-z0-9+.-]*:\/\/[^\s/][^\s]*$|^(?:urn|doi|ark|hdl|pid):\S{4,}$/i;
const FILE_URI = /^file:\/\/\/?[^\s/]/i;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
/** A nil UUID, and digests of one repeated digit, are placeholders. */
const PLACEHOLDER = /^(?:[a-z0-9]+[:-])?(.)(?:\1|-)*$/i;
/** Matches a digest. An md5 is the shortest. */
const DIGEST = /^(?:[a-z][a-z0-9-]{2,15}[:=])?[0-9a-f]{32,128}$/i;
const DATE = /^\d{4}[-/]?\d\d[-/]?\d\d(?:[T _]?\d\d[:.-]?\d\d.*)?$/i;
const MAIL = /^[^@\s/]+@[^@\s/]+\.[a-z]+$/i;
const VERSION = /^[v^~=]?\d+\.\d+(?:\.\d+)*(?:[-+.][\w.+-]*)?$/i;
/**
 * Matches a host name of three labels or more. The name of a packed file (`a.tar.gz`) can have as many dots.
 */
const HOST = /^[a-z0-9-]+(?:\.[a-z0-9-]+){2,}(?::\d+)?$/i;
const PACKED = /\.(?:gz|bz2|xz|zst|zip|lz4)$/i;
const MEDIA_TYPE =
  /^(?:application|audio|font|image|message|model|multipart|text|video)\/(?:[\w+-]+|(?:vnd|x|prs)[.-][\w.+-]+)(?:;.*)?$/i;
const ROOTED = /^(?:\/|\.\.?[/\\]|~[/\\]|[a-z]:[/\\]|\\\\)/i;
const BEGINS_A_PATH = /^[/.~\\]/;
const EXTENSION = /\.[a-z][a-z0-9_]{0,7}$/i;
const LETTER = /\p{L}/u;
/**
 * Tried first, because most texts with a letter match it. Compiling a class of all Unicode letters takes a
 * millisecond.
 */
const ASCII_LETTER = /[A-Za-z]/;
const BREAK = /[\n\r\0]/;
const BLANK = /\s/;
/** Kinds of characters: lower case, upper case, digits and the rest. */
const LEAST_KINDS = 3;
const KINDS = [/\p{Ll}/u, /\p{Lu}/u, /\d/, /[^\p{L}\d]/u];

/** The text that replaces a secret. */
const MASK = '[redacted]';

/**
 * True for a URI, a path of several parts, a UUID, a digest, and a long word with several kinds of characters.
 * False for names, dates, versions, hosts, media types, texts with blanks, and anything masked. Never throws;
 * scans only short texts.
 */
export function isMeaningful(text: string): boolean {
  const { length } = text;
  if (length < LINEAGE_VALUES.least_characters || length > LINEAGE_VALUES.most_characters) return false;
  const separated = text.includes('/') || text.includes('\\');
  if (!separated && length < LINEAGE_VALUES.word_characters && !text.includes(':')) return false;
  if (text.includes(MASK) || BREAK.test(text)) return false;
  // Only paths begin like this, and most tested strings are paths.
  if (separated && BEGINS_A_PATH.test(text)) return isPath(text);
  if (PLACEHOLDER.test(text) || DATE.test(text) || MEDIA_TYPE.test(text)) return false;
  if (URI.test(text) || FILE_URI.test(text) || UUID.test(text) || DIGEST.test(text)) return true;
  return separated ? isPath(text) : isLongWord(text);
}

/**
 * True for a path of several parts, one of which has a letter. With a root it needs two parts, or one with an
 * extension; relative it needs three, or an extension.
 */
function isPath(text: string): boolean {
  const parts = text.split(/[/\\]+/).filter((part) => part !== '' && part !== '.' && part !== '..');
  const last = parts.at(-1) ?? '';
  if (!(ASCII_LETTER.test(text) || LETTER.test(text)) || parts.some((part) => part.trim() === ''))
    return false;
  if (EXTENSION.test(last) && !last.includes('://')) return true;
  return parts.length >= (ROOTED.test(text) ? 2 : 3) && !BLANK.test(text);
}

/**
 * Long, without blanks, and with at least three kinds of characters: a generated id, a token, a name that a
 * program created.
 */
function isLongWord(text: string): boolean {
  if (text.length < LINEAGE_VALUES.word_characters || BLANK.test(text)) return false;
  if (MAIL.test(text) || VERSION.test(text) || (HOST.test(text) && !PACKED.test(text))) return false;
  return KINDS.filter((kind) => kind.test(text)).length >= LEAST_KINDS;
}
