/**
 * One run: summary, end, data, metadata, code, progress, log, documents. Node only.
 * @module
 */
import { z } from 'zod';
import { shortUid } from '../../../model/ids';
import type { NumberedLine } from '../../../questions/lists/run-log';
import { RUN } from '../../limits';
import { to } from '../../links';
import { Remarks } from '../../parts/blocks';
import { Status, Text, Time, Took } from '../../parts/words';
import { logFilter, ref } from '../../questions/inputs';
import type { Part } from '../../questions/question';
import { type RunAnswer, run } from '../../questions/run';
import { type CheckpointsAnswer, runCheckpoints } from '../../questions/run/checkpoints';
import { runLog } from '../../questions/run/log';
import { removedRun } from '../../questions/run/removed';
import { type RunStoryAnswer, runStory } from '../../questions/run/story';
import { Unanswered } from '../../reading/readers';
import { page, type Shown, type Visit } from '../page';
import { Code } from './code';
import { Data } from './data';
import { Documents } from './documents';
import { Ending } from './ending';
import { Log } from './log';
import { Metadata } from './metadata';
import { Checkpoints, Used } from './progress';
import { removedPage } from './removed';
import { Values } from './values';
import { WhatAndWho } from './what';

const whole = z.coerce.number().int().min(0);

const input = z.object({
  ref,
  /** The search of metadata fields. */
  field: z.string().max(200).default(''),
  fields: whole.max(RUN.most_fields).default(RUN.fields),
  /** The search of the log. */
  ...logFilter,
  after: whole.optional(),
  /** Show the checkpoints after this index. */
  checkpoint: whole.optional(),
});

type RunInput = z.infer<typeof input>;

/** `/runs/REF`. */
export const runPage = page({
  path: '/runs/:ref',
  input,
  async show(wanted, visit) {
    try {
      return await shown(wanted, visit);
    } catch (error) {
      const removed = await removedPageOf(wanted.ref, visit, error);
      if (removed) return removed;
      throw error;
    }
  },
});

const NO_LINES: Part<NumberedLine> = { items: [], remarks: [] };
const NO_CHECKPOINTS: CheckpointsAnswer = { items: [], count: 0, before: [] };

async function shown(wanted: RunInput, visit: Visit): Promise<Shown> {
  const { ref, field, fields, text, level, after, checkpoint } = wanted;
  const [view, story] = await Promise.all([
    visit.ask(run, { ref }),
    visit.ask(runStory, { ref, field, fields: Math.max(1, fields) }),
  ]);
  // Most runs have neither checkpoints nor logs.
  const [part, checkpoints] = await Promise.all([
    story.log_levels.length === 0
      ? NO_LINES
      : visit.ask(runLog, { ref: story.uid, text, level, after, limit: RUN.lines }),
    story.has_checkpoints
      ? visit.ask(runCheckpoints, { ref: story.uid, after: checkpoint, limit: RUN.checkpoints })
      : NO_CHECKPOINTS,
  ]);
  const { start, status } = view;
  const open = status === 'open';
  const name = start.scan_id === undefined ? shortUid(start.uid) : `scan ${start.scan_id}`;
  return {
    title: `${start.temporal.activity_type} · ${name}`,
    section: 'runs',
    json: to.api(`/runs/${start.uid}`),
    scripts: ['run', ...(checkpoints.count > 1 ? ['plots'] : [])],
    styles: checkpoints.count > 1 ? ['uplot'] : [],
    body: (
      <article class="run" data-live={open ? 'run' : undefined}>
        <Summary view={view} story={story} />
        <WhatAndWho run={view} story={story} />
        <Ending run={view} story={story} />
        <Data run={view} />
        <Values run={view} />
        <Metadata story={story} field={field} />
        <Code run={view} story={story} />
        <Checkpoints uid={start.uid} answer={checkpoints} after={checkpoint} />
        <Used run={view} />
        <Log story={story} part={part} request={{ text, level, after }} open={open} />
        <Documents run={view} visit={visit} />
        <p class="on-paper">
          {visit.url.origin}
          {to.run(shortUid(start.uid))} as it was shown <Time at={Date.now() / 1000} />
        </p>
      </article>
    ),
  };
}

function Summary({ view, story }: { view: RunAnswer; story: RunStoryAnswer }) {
  const { start, status, took_ms } = view;
  const { remarks, same_scan } = story;
  return (
    <header class="run-head">
      <p>
        <Status of={status} /> <Time at={start.time} relative />
        {took_ms !== undefined && (
          <>
            {' '}
            in <Took ms={took_ms} />
          </>
        )}
        {start.temporal.run_id !== undefined && (
          <>
            , part of{' '}
            <a href={to.execution(start.temporal.run_id)}>
              <Text of={start.temporal.workflow_id ?? start.temporal.run_id} />
            </a>
          </>
        )}
      </p>
      <Remarks lines={remarks} />
      {same_scan.length > 0 && (
        <p class="same-scan">
          Scan {start.scan_id} is also{' '}
          {same_scan.map(({ uid, activity_type, time }, at) => (
            <>
              {at > 0 && ', '}
              <a href={to.run(uid)}>
                <Text of={activity_type} /> {shortUid(uid)}
              </a>{' '}
              (<Time at={time} />)
            </>
          ))}
          .
        </p>
      )}
    </header>
  );
}

/** Returns the page of a removed run; undefined if it was not removed, or for other errors. */
async function removedPageOf(ref: string, visit: Visit, error: unknown): Promise<Shown | undefined> {
  if (!(error instanceof Unanswered) || error.fault.code !== 'NOT_FOUND') return undefined;
  const { items } = await visit.ask(removedRun, { ref });
  const removal = items.find(({ what, replaced }) => what === 'start' && !replaced);
  return removal && removedPage(ref.trim().toLowerCase(), removal);
}
