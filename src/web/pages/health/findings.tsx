/**
 * Findings of the checks, in the order and the words of `doctor`. Node only.
 * @module
 */
import type { Finding, Health } from '../../../questions/health/finding';
import { HEALTH_SIGNS } from '../../../questions/health/finding';
import { type Column, Table } from '../../parts/blocks';
import { Sentence } from '../../parts/words';

const TONES: Readonly<Record<Health, string>> = { ok: 'good', warn: 'odd', fail: 'bad' };
const WORDS: Readonly<Record<Health, string>> = { ok: 'ok', warn: 'warning', fail: 'failed' };

const COLUMNS: readonly Column<Finding & { first: boolean }>[] = [
  {
    title: 'Check',
    lead: true,
    cell: ({ check, health, first }) => (
      <span class={`status ${TONES[health]}`}>
        <span class="sign" aria-hidden="true">
          {HEALTH_SIGNS[health]}
        </span>
        <span class={first ? undefined : 'unseen'}>{check}</span>
        <span class="unseen">, {WORDS[health]}</span>
      </span>
    ),
  },
  { title: 'Finding', kind: 'long', cell: ({ words }) => <Sentence of={words} /> },
];

/** `<Findings findings={report.findings} />` */
export function Findings({ findings }: { findings: readonly Finding[] }) {
  const rows = findings.map((finding, i) => ({
    ...finding,
    first: findings[i - 1]?.check !== finding.check,
  }));
  return <Table caption="Checks" columns={COLUMNS} rows={rows} />;
}
