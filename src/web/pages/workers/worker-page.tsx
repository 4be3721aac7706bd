/**
 * One worker session. Node only.
 * @module
 */
import { z } from 'zod';
import type { WorkerDetail } from '../../../questions/stories/workers';
import { to } from '../../links';
import { Figures, KeyValues, Remarks, Section } from '../../parts/blocks';
import { Value } from '../../parts/value';
import { Digest, Size, Text, Time, Took } from '../../parts/words';
import { oneWorker } from '../../questions/workers';
import { page } from '../page';
import { WorkerState } from './columns';

/** `/workers/SESSION`. */
export const workerPage = page({
  path: '/workers/:session',
  input: z.object({ session: z.string().min(1).max(200) }),
  async show({ session }, visit) {
    const worker = await visit.ask(oneWorker, { session });
    return {
      title: `Worker ${worker.session.identity}`,
      section: 'workers',
      json: to.api(`/workers/${encodeURIComponent(session)}`),
      body: (
        <>
          <Facts worker={worker} />
          <Used worker={worker} />
          <Section id="setup" title="Set-up">
            <KeyValues
              of={[
                ['Capture', worker.session.capture && <Value of={worker.session.capture as never} />],
                ['Plugins', worker.plugins !== undefined && <Value of={worker.plugins} />],
                ['Spool', worker.session.spool && <Value of={worker.session.spool as never} />],
                ['Machine', <Value of={worker.session.detail} />],
              ]}
            />
          </Section>
        </>
      ),
    };
  },
});

function Facts({ worker }: { worker: WorkerDetail }) {
  const { session, code, last_run_time, loaded_later } = worker;
  const { environment, rules, build_id, deployment, stop_time, user } = session;
  return (
    <Section id="what" title="What it is">
      <KeyValues
        of={[
          ['Status', <WorkerState worker={worker} />],
          ['Since', <Time at={session.start_time} />],
          ['Until', stop_time !== undefined && <Time at={stop_time} />],
          ['Last run', last_run_time === undefined ? 'none' : <Time at={last_run_time} relative />],
          ['Queue', <Text of={`${session.task_queue} in namespace ${session.namespace}`} />],
          ['Lab', session.capture && <Text of={session.capture.lab} />],
          ['Host', <Text of={`${session.host}, process ${session.pid}${user ? `, user ${user}` : ''}`} />],
          ['Folder', <Text of={session.cwd} />],
          ['Build', build_id !== undefined && <Text of={build_id} />],
          ['Deployment', deployment !== undefined && <Text of={deployment} />],
          [
            'Code',
            environment === undefined ? (
              'not captured'
            ) : (
              <a href={to.environment(environment)}>
                <Text of={code || environment} />
              </a>
            ),
          ],
          ['Loaded later', loaded_later > 0 && `${loaded_later} code files`],
          [
            'Rules',
            rules === undefined ? (
              'none'
            ) : (
              <>
                <Digest of={rules} /> <a href={to.rules()}>show rules</a>
              </>
            ),
          ],
          ['Session', <Digest of={session.session_id} characters={36} />],
        ]}
      />
    </Section>
  );
}

function Used({ worker: { resources, more_runs, session } }: { worker: WorkerDetail }) {
  const { runs, duration_ms, cpu_ms, max_rss_bytes } = resources;
  const all = to.runs({ where: `session = '${session.session_id.replaceAll("'", "''")}'`, attempts: true });
  return (
    <Section id="used" title="What its runs used" aside={runs > 0 && <a href={all}>Its runs</a>}>
      {runs === 0 ? (
        <p class="soft">It has no runs.</p>
      ) : (
        <>
          <Figures
            of={[
              ['runs', runs],
              ['code time', <Took ms={duration_ms} />],
              ['CPU time while they ran', <Took ms={cpu_ms} />],
              ['peak memory', <Size bytes={max_rss_bytes} />],
            ]}
          />
          <Remarks
            lines={[
              ...(more_runs ? [`Of its last ${runs.toLocaleString('en-US')} runs. It has more.`] : []),
              'Runs at the same time each count the CPU time of the whole process.',
            ]}
          />
        </>
      )}
    </Section>
  );
}
