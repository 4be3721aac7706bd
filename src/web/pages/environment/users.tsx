/**
 * Code files of an environment, and the workers that used it. Node only.
 * @module
 */
import type { WorkerSession } from '../../../model/environment';
import type { CodeFile } from '../../../questions/stories/environment-details';
import { to } from '../../links';
import { type Column, Details, Section, Table } from '../../parts/blocks';
import { Build, Digest, Text, Time } from '../../parts/words';
import type { EnvironmentAnswer } from '../../questions/code/environment';

const OF: Readonly<Record<CodeFile['of'], string>> = {
  runs: 'the process loaded it',
  workflows: "of the worker's workflows",
  untracked: 'not tracked by git',
};

const FILES: readonly Column<CodeFile>[] = [
  {
    title: 'File',
    lead: true,
    kind: 'long',
    cell: ({ path }) => (
      <code>
        <Text of={path} />
      </code>
    ),
  },
  { title: 'Why it is listed', cell: ({ of }) => OF[of] },
  {
    title: 'Content',
    cell: ({ digest }) =>
      digest === undefined ? (
        <span class="soft">could not be read</span>
      ) : (
        <a href={to.api(`/content/${digest}`)} title="Download, if its content is kept" download>
          <Digest of={digest} />
        </a>
      ),
  },
];

/** The running code that is not part of the commit. */
export function Files({ of: { files, file_count } }: { of: EnvironmentAnswer }) {
  if (file_count === 0) return null;
  return (
    <Section id="files" title="Code outside the commit" count={file_count}>
      <p class="soft">
        A digest links to the content. Content is not kept if it holds a secret or is too large.
      </p>
      <Details summary="Files">
        <Table caption="Code outside the commit" columns={FILES} rows={files} phone="scroll" />
        {files.length < file_count && (
          <p class="soft">The first {files.length.toLocaleString('en-US')} are shown.</p>
        )}
      </Details>
    </Section>
  );
}

const SESSIONS: readonly Column<WorkerSession>[] = [
  { title: 'Worker', lead: true, cell: ({ identity }) => <Text of={identity} /> },
  { title: 'Queue', cell: ({ task_queue }) => <Text of={task_queue} /> },
  {
    title: 'User and host',
    cell: ({ user, host }) => <Text of={user === undefined ? host : `${user}@${host}`} />,
  },
  { title: 'Build', kind: 'long', cell: ({ build_id }) => build_id !== undefined && <Build of={build_id} /> },
  { title: 'Started', cell: ({ start_time }) => <Time at={start_time} /> },
  {
    title: 'Ended',
    cell: ({ stop_time }) =>
      stop_time === undefined ? <span class="soft">running, or killed</span> : <Time at={stop_time} />,
  },
];

/** Worker sessions of its last runs. */
export function Sessions({ of: { sessions } }: { of: EnvironmentAnswer }) {
  return (
    <Section id="sessions" title="Workers of its last runs" aside={<a href={to.workers()}>All workers</a>}>
      {sessions.length === 0 ? (
        <p class="soft">No run with this environment has a worker session.</p>
      ) : (
        <Table caption="Workers of its last runs" columns={SESSIONS} rows={sessions} />
      )}
    </Section>
  );
}
