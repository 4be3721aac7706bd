/**
 * Converts errors of SQLite to errors of the product. Node only.
 * @module
 */
import { ProvenanceError, type ProvenanceErrorCode } from '../../../errors';

const MEANINGS: readonly [RegExp, ProvenanceErrorCode, string][] = [
  [/^SQLITE_(BUSY|LOCKED)/, 'STORE_BUSY', 'is locked by another process for too long; try again'],
  [
    /^SQLITE_(CORRUPT|NOTADB)/,
    'STORE_CORRUPT',
    'is not a valid SQLite database; restore a backup, or set another file',
  ],
  [/^SQLITE_FULL/, 'STORE_UNREACHABLE', 'cannot grow: the disk is full'],
  [
    /^SQLITE_READONLY_(ROLLBACK|RECOVERY)/,
    'STORE_UNREACHABLE',
    'has an unfinished change by a killed process, and a reader cannot repair it: the next worker repairs it, or run `temporal-provenance migrate`',
  ],
  [
    /^SQLITE_(READONLY|PERM|AUTH)/,
    'STORE_UNREACHABLE',
    'cannot be written: check the permissions of the file and its folder, and that its disk is not read-only',
  ],
  [
    /^(EACCES|EPERM|EROFS)$/,
    'STORE_UNREACHABLE',
    'cannot be created or written by this user: check the permissions of the file and its folder, or set another location with PROVENANCE_STORE=sqlite:<path>',
  ],
  [
    /^SQLITE_CANTOPEN/,
    'STORE_UNREACHABLE',
    'cannot be opened: check that the file and its folder exist and belong to you',
  ],
  [
    /^SQLITE_(IOERR|NOLFS|PROTOCOL)/,
    'STORE_UNREACHABLE',
    'cannot be read or written: the disk reports an error',
  ],
  [
    /^(MODULE_NOT_FOUND|ERR_DLOPEN_FAILED)/,
    'NATIVE_MISSING',
    'cannot be opened: better-sqlite3 has no native part here; run `npm rebuild better-sqlite3` (pnpm: `pnpm approve-builds`, then `pnpm rebuild better-sqlite3`), or use a postgres:// store',
  ],
];

/** Converts any error of the driver to a {@link ProvenanceError} that names the store. */
export function storeError(error: unknown, location: string): ProvenanceError {
  if (ProvenanceError.is(error)) return error;
  const code = String((error as { code?: unknown } | null)?.code ?? '');
  const message = error instanceof Error ? error.message : String(error);
  const native = /Could not locate the bindings|was compiled against a different/.test(message);
  const [, meaning, words] =
    MEANINGS.find(([pattern]) => pattern.test(native ? 'ERR_DLOPEN_FAILED' : code)) ?? [];
  return new ProvenanceError(
    meaning ?? 'STORE_UNREACHABLE',
    `The store ${location} ${words ?? `failed: ${message}`}.`,
    { cause: error },
  );
}

/** True for a fault of one record only. Other records of its group can be stored. */
export function isRecordFault(error: unknown): boolean {
  const code = String((error as { code?: unknown } | null)?.code ?? '');
  return code === '' || /^SQLITE_(CONSTRAINT|MISMATCH|TOOBIG|RANGE)/.test(code);
}

/** True if a referenced row that this process remembers was deleted. */
export function isStaleReference(error: unknown): boolean {
  return (error as { code?: unknown } | null)?.code === 'SQLITE_CONSTRAINT_FOREIGNKEY';
}

/**
 * True if the handle may not be used again. After a failed read or write of the disk, the handle's memory of the file can differ
 * from the file. A flush that failed once can also report success the next time.
 */
export function endsHandle(error: unknown): boolean {
  const { code, cause } = (error ?? {}) as { code?: unknown; cause?: unknown };
  return [code, (cause as { code?: unknown } | null | undefined)?.code].some((one) =>
    /^SQLITE_(IOERR|CORRUPT|NOTADB|CANTOPEN|READONLY|PROTOCOL)/.test(String(one ?? '')),
  );
}
