/**
 * How to write a filter: examples as links, operators, fields. Node only.
 * @module
 */
import { EXECUTION_FIELDS } from '../../../filter/execution-fields';
import type { FieldCatalogue } from '../../../filter/fields';
import { RUN_FIELDS } from '../../../filter/run-fields';
import type { View } from './view';

const EXAMPLES = {
  runs: [
    ["operator = 'Ada' AND time > '7d'", "Ada's runs of the last seven days"],
    ["status IN ('failed', 'timed_out')", 'what failed'],
    ["sample.name STARTS_WITH 'Ni'", 'samples whose name begins with Ni'],
    ['scan_id BETWEEN 40 AND 60 ORDER BY scan_id', 'a range of scans, in their order'],
    ['sample IS NULL', 'runs that name no sample'],
    ["uses('raw.h5')", 'runs that used a file, by its name'],
  ],
  executions: [
    ["status = 'failed' AND start_time > '7d'", 'what failed in the last seven days'],
    ["operator = 'Ada'", "executions with a run of Ada's"],
    ["workflow_type = 'pipeline' ORDER BY start_time", 'one type of workflow, the oldest first'],
    ["family = 'seasonal-2026'", 'a workflow and its children'],
  ],
} as const;

const OPERATORS = [
  ...['=', '!=', '<', '<=', '>', '>=', 'IN (…, …)', 'BETWEEN … AND …', "STARTS_WITH '…'"],
  ...['IS NULL', 'IS NOT NULL', 'AND', 'OR', 'NOT', 'ORDER BY … DESC'],
];

/** The folded help. */
export function FilterHelp(given: { of: 'runs' | 'executions'; view: View; open?: boolean }) {
  const { of, view, open } = given;
  const names = namesOf(of === 'runs' ? RUN_FIELDS : EXECUTION_FIELDS);
  return (
    <details class="fold filter-help" open={open}>
      <summary>How to write a filter</summary>
      <ul>
        {EXAMPLES[of].map(([where, what]) => (
          <li>
            <a href={view.with({ where })}>
              <code>{where}</code>
            </a>{' '}
            {what}
          </li>
        ))}
      </ul>
      <p>
        Put text in quotes, and names with spaces in <code>`backquotes`</code>. Times are{' '}
        <code>'2026-11-30'</code> or ages: <code>'12h'</code>, <code>'7d'</code>, <code>'3mo'</code>.
      </p>
      <p>
        Operators:{' '}
        {OPERATORS.map((operator) => (
          <>
            <code>{operator}</code>{' '}
          </>
        ))}
      </p>
      <p>
        Known fields:{' '}
        {names.map((name) => (
          <>
            <a href={view.with({ where: `${name} IS NOT NULL` })}>
              <code>{name}</code>
            </a>{' '}
          </>
        ))}
        Every other name is a metadata field.
      </p>
    </details>
  );
}

/** Returns each known field once, without its aliases. */
function namesOf({ names, resolve }: FieldCatalogue): string[] {
  const fields = names.flatMap((name) => resolve(name.split('.')) ?? []);
  return [...new Set(fields.flatMap((field) => (field.kind === 'column' ? [field.name] : [])))];
}
