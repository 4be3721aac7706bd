/**
 * `scan-secrets`: searches the whole store for text that redaction would mask today. Node only.
 * @module
 */
import type { Command } from 'commander';
import { jsonLine, safe } from '../../questions/shown/safe-text';
import type { Context } from '../context';
import { type Column, table } from '../terminal/table';
import type { Verb } from '../verb';
import { valueOptions } from './temporal';

/** The verb `scan-secrets`. */
export const scanSecrets: Verb = {
  describe: (command: Command) =>
    command.description('search the whole store for secrets; exit code 1 if any is found'),
  example: 'scan-secrets --json',
  async run(context) {
    const { redact } = await valueOptions(context);
    const { SecretScan } = await import('../../upkeep/scan.js');
    const { openForReading } = await import('../../upkeep/open.js');
    const scan = new SecretScan(redact || {});
    const database = await openForReading(context.url);
    try {
      await scan.store(database);
    } finally {
      await database.close();
    }
    const { findings, rows } = scan.result;
    if (context.options.json) context.print(findings.map(jsonLine));
    else print(context, findings, rows);
    return findings.length > 0 ? 1 : 0;
  },
};

type Finding = InstanceType<typeof import('../../upkeep/scan').SecretScan>['result']['findings'][number];

function print(context: Context, findings: readonly Finding[], rows: number): void {
  if (findings.length === 0) {
    context.print(`No secret found in ${rows} rows.`);
    return;
  }
  const columns: Column<Finding>[] = [
    { title: 'PLACE', text: ({ place }) => place },
    { title: 'RULE', text: ({ rule }) => rule },
    { title: 'COUNT', text: ({ count }) => String(count) },
    { title: 'ROWS', text: (finding) => String(finding.rows) },
    { title: 'FIRST', text: ({ examples }) => safe(examples[0] ?? ''), least: 10 },
  ];
  context.print(table(columns, findings, context.style));
  context.print(
    'Remove them with `purge`, and rotate the secrets: backups and readers of the store may have them.',
  );
}
