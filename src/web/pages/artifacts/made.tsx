/**
 * Runs that generated or used data. Node only.
 * @module
 */
import { shortUid } from '../../../model/ids';
import type { DataRun } from '../../../questions/lineage/data-answers';
import { to } from '../../links';
import { Status, Text, Time, Toned } from '../../parts/words';

/** The run that generated the data, in a few words, or "origin unknown". */
export function Made({ by }: { by?: DataRun }) {
  if (!by) return <Toned tone="odd">origin unknown</Toned>;
  return (
    <>
      {by.evidence.endsWith('-ambiguous') && <span title="More than one run fits">? </span>}
      <RunName of={by} />
    </>
  );
}

function RunName({ of }: { of: DataRun }) {
  const { uid, scan_id, activity_type, removed } = of;
  const words = `${activity_type ?? 'removed run'} ${scan_id === undefined ? (uid === '' ? '' : shortUid(uid)) : `scan ${scan_id}`}`;
  return removed === undefined && uid !== '' ? (
    <a href={to.run(uid)}>
      <Text of={words.trim()} />
    </a>
  ) : (
    <Text of={words.trim()} />
  );
}

/** Runs, one per line: name, time, status and evidence. */
export function Runs({ of }: { of: readonly DataRun[] }) {
  return (
    <ul class="plain">
      {of.map((run) => (
        <li>
          <RunName of={run} /> {run.status !== undefined && <Status of={run.status} />}{' '}
          {run.time !== undefined && <Time at={run.time} relative />}{' '}
          <span class="soft">
            {run.evidence.endsWith('-ambiguous') ? `${run.evidence}: more than one run fits` : run.evidence}
          </span>
        </li>
      ))}
    </ul>
  );
}
