/**
 * Converts errors of PostgreSQL and its connections to errors of the product. Node only.
 * @module
 */
import { ProvenanceError, type ProvenanceErrorCode } from '../../../errors';

/** The store and the role of a failed statement. */
export interface Place {
  location: string;
  role?: string;
}

type Words = string | ((place: Place, message: string) => string);

/** The message if the server or a pooler rejected the role. Only a person can correct this. */
const refusedRole: Words = ({ role }, message) =>
  `refuses ${role === undefined ? 'this connection' : `role ${role}`}: ${message}`;

const missingRight: Words = ({ role = 'this role' }, message) =>
  `does not allow role ${role} to do that (${message}). As the owner of its schema, print the rights that a role needs with ` +
  `\`temporal-provenance migrate --roles writer=<role>,reader=<role>\` and run what it prints (\`temporal-provenance help postgresql\`)`;

/** The first match counts. Codes are SQLSTATEs or Node's. */
const MEANINGS: readonly [RegExp, ProvenanceErrorCode, Words][] = [
  [/^53300$/, 'STORE_BUSY', 'has no free connection (max_connections); try again, or use a pooler'],
  [/^(55P03|55006)$/, 'STORE_BUSY', 'is locked by another transaction for too long; try again'],
  [/^(57014|PROVENANCE_TIMEOUT)$/, 'STORE_BUSY', 'took too long to answer; try again'],
  [/^40/, 'STORE_BUSY', 'asks for a retry of the transaction'],
  [/^25006$/, 'STORE_UNREACHABLE', 'is read-only here (a standby, or a server that is failing over)'],
  [/^53100$/, 'STORE_UNREACHABLE', 'cannot grow: the disk of the server is full'],
  [/^53/, 'STORE_UNREACHABLE', 'has no resources left on the server'],
  [/^57P0/, 'STORE_UNREACHABLE', 'is starting, stopping, or ended this connection'],
  [/^(28|PROVENANCE_POOLER)/, 'STORE_REFUSED', refusedRole],
  [/^3D000$/, 'STORE_REFUSED', 'does not exist: create its database first (`createdb`), or set another'],
  [/^42501$/, 'STORE_REFUSED', missingRight],
  [
    /^PROVENANCE_NO_TLS$/,
    'STORE_REFUSED',
    'offers no TLS, which sslmode asks for: turn it on at the server, or choose sslmode=prefer',
  ],
  [
    /^(CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_(GET|VERIFY)_|ERR_TLS_|ERR_SSL_|ERR_OSSL_|HOSTNAME_MISMATCH)/,
    'STORE_REFUSED',
    (_, message) =>
      `has a certificate that sslmode does not accept (${message}): set the file of its certificate authority with sslrootcert`,
  ],
  [/^(42P01|42883|3F000)$/, 'STORE_UNREACHABLE', 'has no store of this release; run `migrate`'],
  [
    /^PV001$/,
    'STORE_SCHEMA_NEWER',
    'was migrated to a newer schema by a later release; upgrade temporal-provenance here',
  ],
  [/^(XX00[012]|58P01|58030)$/, 'STORE_CORRUPT', 'is damaged; restore a backup'],
  [
    /^(08|ECONN|ENOTFOUND|EAI_|EHOST|ENET|ETIMEDOUT|EPIPE|ENOENT)/,
    'STORE_UNREACHABLE',
    (_, message) => `cannot be reached (${message})`,
  ],
  [/^MODULE_NOT_FOUND$/, 'NATIVE_MISSING', 'cannot be opened: the package pg is not installed'],
];

/** The driver's own errors have no code, and a pooler uses one code for all its errors. */
const BY_MESSAGE: readonly [RegExp, string][] = [
  [/timeout exceeded when trying to connect|Query read timeout/i, 'PROVENANCE_TIMEOUT'],
  [/timeout expired|due to connection timeout/i, 'ETIMEDOUT'],
  [/Connection terminated unexpectedly/, 'ECONNRESET'],
  [/server does not support SSL connections/, 'PROVENANCE_NO_TLS'],
];
const POOLER_REFUSES = /no such (user|database)|authentication failed|not allowed|unsupported startup/i;

/**
 * Converts any error of the driver to a {@link ProvenanceError} that names the store. It never contains a password or a value.
 */
export function storeError(error: unknown, place: Place): ProvenanceError {
  if (ProvenanceError.is(error)) return error;
  const code = codeOf(error);
  const [, meaning, words] = MEANINGS.find(([pattern]) => pattern.test(code)) ?? [];
  const message = error instanceof Error && error.message !== '' ? error.message : code || 'no answer';
  const said = typeof words === 'function' ? words(place, message) : (words ?? `failed: ${message}`);
  return new ProvenanceError(meaning ?? 'STORE_UNREACHABLE', `The store ${place.location} ${said}.`, {
    cause: error,
  });
}

/** Returns the SQLSTATE, Node's code, or one of ours if neither exists; empty if nothing is known. */
export function codeOf(error: unknown): string {
  // Several addresses failed. The first error says as much as all.
  const first = (error as { errors?: unknown[] } | null)?.errors?.[0] ?? error;
  const { code, message } = (first ?? {}) as { code?: unknown; message?: unknown };
  if (code === '08P01' && POOLER_REFUSES.test(String(message))) return 'PROVENANCE_POOLER';
  if (typeof code === 'string' && code !== '') return code;
  return BY_MESSAGE.find(([pattern]) => pattern.test(String(message)))?.[1] ?? '';
}

/** True if the server was unreachable or accepts no connections now. Another server may be available. */
export function isOutOfReach(error: unknown): boolean {
  return /^(ECONN|ENOTFOUND|EAI_|EHOST|ENET|ETIMEDOUT|EPIPE|ENOENT|57P03|53300)/.test(codeOf(error));
}

/** True if the role lacks the right for the statement. */
export function isMissingRight(error: unknown): boolean {
  return codeOf(error) === '42501';
}

/** True for a fault of one record only: invalid data, a broken rule, too large. Other records of its group can be stored. */
export function isRecordFault(error: unknown): boolean {
  return (
    /^(22|23|54|42804$)/.test(codeOf(error)) || error instanceof TypeError || error instanceof SyntaxError
  );
}

/** True if a referenced row that this process remembers was deleted. */
export function isStaleReference(error: unknown): boolean {
  return codeOf(error) === '23503';
}

/** Returns why a record was refused, without the values that the server's messages quote. */
export function faultOf(error: unknown): string {
  const { code, message, constraint, column } = (error ?? {}) as { [key: string]: string | undefined };
  const place = constraint ?? column;
  if (!code) return message ?? String(error);
  return `PostgreSQL rejects it (${code}${place ? `, ${place}` : ''}): ${TITLES[code.slice(0, 2)] ?? 'not storable'}`;
}

const TITLES: Readonly<Record<string, string>> = {
  '22': 'a value that its column cannot hold',
  '23': 'it breaks a rule of the schema',
  '54': 'it is too large or too deep',
};

/** True if the connection may not be used again. */
export function endsConnection(error: unknown): boolean {
  const code = codeOf(error);
  return !/^[0-9A-Z]{5}$/.test(code) || /^(08|57P|25006|XX)/.test(code);
}
