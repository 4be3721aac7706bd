/**
 * What PostgreSQL and the way to it say, as errors of the product. Node only.
 * @module
 */
import { ProvenanceError, type ProvenanceErrorCode } from '../../errors';

const MEANINGS: readonly [RegExp, ProvenanceErrorCode, string][] = [
  [/^53300$/, 'STORE_BUSY', 'has no connection free (max_connections); try again, or put a pooler before it'],
  [/^(55P03|55006)$/, 'STORE_BUSY', 'is held by another transaction for too long; try again'],
  [/^(57014|PROVENANCE_TIMEOUT)$/, 'STORE_BUSY', 'took too long to answer; try again'],
  [/^40/, 'STORE_BUSY', 'asks for the transaction to be done again'],
  [/^25006$/, 'STORE_UNREACHABLE', 'is read-only here (a standby, or a server that is failing over)'],
  [/^53100$/, 'STORE_UNREACHABLE', 'cannot grow: the disk of the server is full'],
  [/^53/, 'STORE_UNREACHABLE', 'has no resources left on the server'],
  [/^57P0/, 'STORE_UNREACHABLE', 'is starting, stopping, or ended this connection'],
  [/^(28|08P01)/, 'STORE_UNREACHABLE', 'refused the user or the password'],
  [/^3D000$/, 'STORE_UNREACHABLE', 'does not exist; create the database first'],
  [
    /^42501$/,
    'STORE_UNREACHABLE',
    'does not allow this role to do that; `temporal-provenance help postgres` has the grants',
  ],
  [
    /^(42P01|42883|3F000)$/,
    'STORE_UNREACHABLE',
    'holds no store of this release; bring it up with `migrate`',
  ],
  [/^(XX00[012]|58P01|58030)$/, 'STORE_CORRUPT', 'is damaged; restore a backup'],
  [/^(08|ECONN|ENOTFOUND|EAI_|EHOST|ENET|ETIMEDOUT|EPIPE|ENOENT)/, 'STORE_UNREACHABLE', 'cannot be reached'],
  [/^MODULE_NOT_FOUND$/, 'NATIVE_MISSING', 'cannot be opened: the package pg is not installed'],
];

/** The driver's own errors have no code. */
const TIMED_OUT = /timeout exceeded when trying to connect|Query read timeout|timeout expired/i;

/** Any error of the driver as a {@link ProvenanceError} that names the store. Never holds a password or a value. */
export function storeError(error: unknown, location: string): ProvenanceError {
  if (ProvenanceError.is(error)) return error;
  const code = codeOf(error);
  const [, meaning, words] = MEANINGS.find(([pattern]) => pattern.test(code)) ?? [];
  const message = error instanceof Error && error.message !== '' ? error.message : code || 'no answer';
  return new ProvenanceError(
    meaning ?? 'STORE_UNREACHABLE',
    `The store ${location} ${words ?? `failed: ${message}`}.`,
    { cause: error },
  );
}

function codeOf(error: unknown): string {
  // Several addresses were tried and each failed: the first tells as much as all.
  const first = (error as { errors?: unknown[] } | null)?.errors?.[0] ?? error;
  const { code, message } = (first ?? {}) as { code?: unknown; message?: unknown };
  return TIMED_OUT.test(String(message)) ? 'PROVENANCE_TIMEOUT' : String(code ?? '');
}

/** True for a fault of one record, which the others of its group do not share: bad data, broken rule, too large. */
export function isRecordFault(error: unknown): boolean {
  return (
    /^(22|23|54|42804$)/.test(codeOf(error)) || error instanceof TypeError || error instanceof SyntaxError
  );
}

/** True when a referenced row that this process remembers is gone. */
export function isStaleReference(error: unknown): boolean {
  return codeOf(error) === '23503';
}

/** Why a record was refused, without the values that the server's messages quote. */
export function faultOf(error: unknown): string {
  const { code, message, constraint, column } = (error ?? {}) as { [key: string]: string | undefined };
  const place = constraint ?? column;
  if (!code) return message ?? String(error);
  return `PostgreSQL refuses it (${code}${place ? `, ${place}` : ''}): ${TITLES[code.slice(0, 2)] ?? 'not storable'}`;
}

const TITLES: Readonly<Record<string, string>> = {
  '22': 'a value that its column cannot hold',
  '23': 'it breaks a rule of the schema',
  '54': 'it is too large or too deep',
};

/** True when the connection may not be used again. */
export function endsConnection(error: unknown): boolean {
  const code = codeOf(error);
  return !/^[0-9A-Z]{5}$/.test(code) || /^(08|57P|25006|XX)/.test(code);
}
