/**
 * Least privilege: what a role needs to record, and what to read. A writer can't change or remove what was recorded. Node only.
 * @module
 */
import { quoteName } from './connection';

/** Tables of which a writer changes rows, with the columns; everything else it only adds to. */
const CHANGED: Readonly<Record<string, string>> = {
  storage: '(state_id)',
  lab: '(scan_id, stash_version)',
  stash: '(value)',
  path: '(in_sets, in_runs)',
  execution: '(first_run_id, parent_run_id, start_time, close_time, status, start, observed, settled)',
  environment: '(code_id, document)',
  worker_session: '(start_time, stop_time, document)',
  decision: '(time, document)',
  loss: '(count, time, detail)',
};

/** Tables that a writer takes rows from: the stash, the lists of what is open and of what was asked for, and what is kept of a long run within bounds. */
const TAKEN = ['stash', 'open_run', 'asked_activity', 'checkpoint', 'log_line'];

/** Statements for the owner of a store's schema; the roles exist already. */
export function roleStatements(schema: string, roles: { writer?: string; reader?: string }): string {
  const name = quoteName(schema);
  const lines: string[] = [];
  for (const role of [roles.writer, roles.reader]) {
    if (role === undefined) continue;
    lines.push(`GRANT USAGE ON SCHEMA ${name} TO ${quoteName(role)};`);
    lines.push(`GRANT SELECT ON ALL TABLES IN SCHEMA ${name} TO ${quoteName(role)};`);
    // Tables of revisions to come, as far as the same owner makes them.
    lines.push(`ALTER DEFAULT PRIVILEGES IN SCHEMA ${name} GRANT SELECT ON TABLES TO ${quoteName(role)};`);
  }
  if (roles.writer !== undefined) {
    const writer = quoteName(roles.writer);
    lines.push(`GRANT INSERT ON ALL TABLES IN SCHEMA ${name} TO ${writer};`);
    lines.push(`ALTER DEFAULT PRIVILEGES IN SCHEMA ${name} GRANT INSERT ON TABLES TO ${writer};`);
    lines.push(`REVOKE INSERT ON ${name}.storage, ${name}.migration FROM ${writer};`);
    for (const [table, columns] of Object.entries(CHANGED)) {
      lines.push(`GRANT UPDATE ${columns} ON ${name}.${table} TO ${writer};`);
    }
    for (const table of TAKEN) lines.push(`GRANT DELETE ON ${name}.${table} TO ${writer};`);
  }
  return lines.join('\n');
}
