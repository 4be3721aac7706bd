/**
 * Keeps credentials out of the capture. URLs are cleaned. Files that are known to hold secrets are not kept,
 * nor contents in which a credential is found. Node.
 * @module
 */
import { isAscii } from 'node:buffer';
import type { Json } from '../../model/json';

/** The lab's redaction for what is captured here. This part of the product has no policy of its own. */
export interface Masking {
  /** Returns the value with secrets masked: by their names, by their form, and registered ones. */
  value<T extends Json>(value: T): T;
  /** True if a content holds a secret of the lab: a registered value, or a match of its patterns. */
  holds(text: string): boolean;
}

/** For use without a lab (in a build stage). Contents with recognisable credentials are still not kept. */
export const OWN_POLICY_ONLY: Masking = { value: (value) => value, holds: () => false };

/** Names of files that hold secrets by custom. Templates (`.env.example`) do not. */
const SECRET_FILES =
  /^(\.env(?!\.(example|sample|template|dist)$)(\..*)?|.*\.env|\.npmrc|\.yarnrc(\.yml)?|\.netrc|\.pypirc|\.pgpass|\.git-credentials|\.dockercfg|id_(rsa|dsa|ecdsa|ed25519)|.*\.(pem|key|p12|pfx|jks|keystore|kdbx))$/i;
/** Matches `secrets.ts`, `my-credentials.json`; not `secretary.ts`. */
const SECRET_WORDS = /(^|[._-])(secrets?|credentials?|passwords?|passwd)([._-]|$)/i;

/**
 * Matches `//user:password@`, or `//token@` if the token is long. Placeholders (`${password}`) do not match.
 */
const URL_PASSWORD = /:\/\/(?:[^\s/@:'"`${}<>]{0,256}:[^\s/@'"`${}<>]{1,256}|[0-9A-Za-z_-]{20,256})@/;

/**
 * Credentials with a recognisable form. The expressions take linear time: every repetition is bounded, or of
 * one character class.
 */
const SECRET_CONTENT = [
  /-----BEGIN [A-Z ]{0,20}PRIVATE KEY-----/,
  /\b(AKIA|ASIA)[0-9A-Z]{16}\b/,
  /\bgh[pousr]_[0-9A-Za-z]{36}/,
  /\bgithub_pat_[0-9A-Za-z_]{30}/,
  /\bglpat-[0-9A-Za-z_-]{20}/,
  /\bxox[abprs]-[0-9A-Za-z-]{10}/,
  /\bAIza[0-9A-Za-z_-]{35}/,
  /\b[sr]k_live_[0-9A-Za-z]{16}/,
  /\bnpm_[0-9A-Za-z]{36}/,
  /(?<![\w-])eyJ[0-9A-Za-z_-]{10,1024}\.eyJ[0-9A-Za-z_-]{10,4000}\./,
  URL_PASSWORD,
] as const;

/**
 * True for a file whose name shows that its content must not be kept. For tracked files, only names that are
 * secret by custom count: `secrets.ts` in a repository is code.
 */
export function isSecretFile(path: string, kind: 'tracked' | 'untracked'): boolean {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return SECRET_FILES.test(name) || (kind === 'untracked' && SECRET_WORDS.test(name));
}

/** True for a lock file in which an address holds credentials, or that holds a secret of the lab. */
export function isSecretLock(content: Uint8Array, masking: Masking): boolean {
  return URL_PASSWORD.test(Buffer.from(content).toString('latin1')) || masking.holds(textOf(content));
}

/** True for a content in which a credential, or a secret of the lab, is found. */
export function holdsSecret(content: Uint8Array, masking: Masking): boolean {
  const text = Buffer.from(content).toString('latin1');
  return (
    SECRET_CONTENT.some((pattern) => pattern.test(text)) ||
    masking.holds(isAscii(content) ? text : textOf(content))
  );
}

function textOf(content: Uint8Array): string {
  return Buffer.from(content).toString('utf8');
}

/**
 * Logins that a service gives to every user. Without them an address does not work. A person's own login is
 * left out.
 */
const SERVICE_LOGIN = /^(git|gitea|gitlab|gogs|forgejo|hg|org-\d+)$/;

/**
 * The parts of a remote that may be kept: scheme, host, port and path, and over SSH the login of a service
 * (`git@`). Other user-info, query and fragment are dropped. Returns undefined for a path on this machine,
 * which others cannot reach.
 */
export function cleanRemote(remote: string): string | undefined {
  const short = /^(?:([^\s@/:]{1,256})@)?([^\s@/:]{2,256}|\[[0-9a-f:.]+\]):(?!\/\/)(\S{1,2000})$/i.exec(
    remote,
  );
  if (short && !/^[a-z]:[\\/]/i.test(remote)) {
    const [, login = '', host, path = ''] = short;
    return `${SERVICE_LOGIN.test(login) ? `${login}@` : ''}${host}:${path.split(/[?#]/)[0]}`;
  }
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(remote)) return undefined;
  try {
    const url = new URL(remote);
    if (url.protocol === 'file:') return undefined;
    const ssh = /^(git\+)?ssh:$|^ssh\+git:$/.test(url.protocol);
    const login = ssh && SERVICE_LOGIN.test(url.username) ? `${url.username}@` : '';
    return `${url.protocol}//${login}${url.host}${url.pathname}`;
  } catch {
    return undefined;
  }
}
