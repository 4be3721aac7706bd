/**
 * All kinds of records that are one document each. A new kind needs a file here, a line in the list, and a migration.
 * @module
 */
import { data, digest, origins } from './data';
import type { DocumentKind } from './document-kind';

/** The kinds of records that are one document each. */
export const DOCUMENT_KINDS: readonly DocumentKind[] = [data, digest, origins];
