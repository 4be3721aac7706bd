/**
 * Decides what a string names: a file or folder of this machine, a pattern of these, or a URI that capture does
 * not examine. Node only.
 * @module
 */
import { createHash } from 'node:crypto';
import { posix, win32 } from 'node:path';
import { DATA } from '../model/data-limits';
import { fileUri, partsOfFileUri } from '../model/file-uri';
import type { JsonObject } from '../model/json';
import type { Redactor } from '../redaction/redactor';
import { isPattern } from './patterns';

/** What a string names. */
export interface DataName {
  /** The recorded URI. */
  readonly uri: string;
  /** True if capture does not examine the URI, because it is on another machine or not a file. */
  readonly remote?: true;
  /**
   * The string as an absolute path, if it may be a pattern. It counts as a pattern if no file has exactly this
   * name.
   */
  readonly pattern?: string;
  /** The path that is compared with the patterns to ignore, and with the roots. Absent for what is remote. */
  readonly path?: string;
}

/** The place against which relative names are resolved. */
export interface NamePlace {
  readonly host: string;
  readonly cwd: string;
  readonly platform: NodeJS.Platform;
}

const WITH_AUTHORITY = /^([a-z][a-z0-9+.-]{1,31}):\/\/[^\s/?#][^\s]*$/i;
/** Schemes of identifiers and stores that are written without an authority. */
const OPAQUE = /^(?:doi|urn|ark|hdl|lsid|swh|ni|ipfs|s3|gs):[^\s]{3,}$/i;
const LOCAL_URI = /^file:/i;
const DRIVE = /^[a-z]:[\\/]/i;
const SHARE = /^\\\\[^\\/]+[\\/][^\\/]/;

/**
 * Returns what a string names; `undefined` if it names nothing recognisable, `masked` if it contains a secret
 * and is not a URI.
 */
export function nameOf(
  text: string,
  key: string,
  at: NamePlace,
  redactor: Redactor,
): DataName | 'masked' | undefined {
  const shown =
    key === '' ? redactor.text(text).text : redactor.value<JsonObject>({ [key]: text }).value[key];
  const masked = shown !== text;
  if (WITH_AUTHORITY.test(text) || OPAQUE.test(text)) {
    if (LOCAL_URI.test(text)) return masked ? 'masked' : localUri(text, at);
    return masked && !WITH_AUTHORITY.test(String(shown))
      ? 'masked'
      : { uri: boundedUri(String(shown)), remote: true };
  }
  if (masked) return 'masked';
  return LOCAL_URI.test(text) ? localUri(text, at) : path(text, at);
}

/**
 * Treats `file:/path` and `file:///path` alike. A file of another host cannot be examined from this machine.
 */
function localUri(text: string, at: NamePlace): DataName | undefined {
  const parts = partsOfFileUri(text.replace(/^file:\/(?!\/)/i, 'file:///'));
  if (!parts) return undefined;
  const { host, path: bytes } = parts;
  if (bytes.includes(0)) return undefined;
  if (host !== '' && host !== 'localhost' && host !== at.host)
    return { uri: fileUri(host, bytes), remote: true };
  const decoded = Buffer.from(bytes);
  const whole = decoded.toString();
  if (at.platform !== 'win32' && /^\/[a-z]:\//i.test(whole)) return { uri: fileUri('', bytes), remote: true };
  // A name that is not UTF-8 is kept byte by byte, and cannot be shortened as a text.
  if (!Buffer.from(whole).equals(decoded)) return { uri: fileUri(at.host, bytes), path: whole };
  const plain = posix.normalize(whole).replace(/(?<=.)\/$/, '');
  return { uri: fileUri(at.host, plain), path: plain };
}

function path(text: string, at: NamePlace): DataName | undefined {
  if (at.platform === 'win32') return absolute(slashed(win32.resolve(at.cwd, text)), at);
  // The path belongs to an unnamed machine: another worker's, or a person's.
  if (DRIVE.test(text)) return { uri: fileUri('', slashed(text)), remote: true };
  if (SHARE.test(text))
    return { uri: `file:${fileUri('', text.replaceAll('\\', '/')).slice(7)}`, remote: true };
  return absolute(posix.resolve(at.cwd, text), at);
}

function absolute(whole: string, { host }: NamePlace): DataName | undefined {
  if (Buffer.byteLength(whole) > DATA.name_characters || !whole.isWellFormed()) return undefined;
  const name = { uri: fileUri(host, whole), path: whole };
  return isPattern(whole) ? { ...name, pattern: whole } : name;
}

/** Converts `C:\a` to `/C:/a`, and `\\host\a` to `//host/a`. */
function slashed(whole: string): string {
  const turned = whole.replaceAll('\\', '/');
  return turned.startsWith('/') ? turned : `/${turned}`;
}

/**
 * Keeps the beginning of a URI that is too long, and the digest of the whole, so that equal ones stay equal.
 */
function boundedUri(uri: string): string {
  if (uri.length <= DATA.uri_characters) return uri;
  const digest = createHash('sha256').update(uri).digest('hex');
  return `${uri.slice(0, DATA.uri_characters - 80).toWellFormed()}…sha256:${digest}`;
}

/** True if a URI was too long to be kept whole. */
export function isCutUri(uri: string): boolean {
  return /…sha256:[0-9a-f]{64}$/.test(uri);
}
