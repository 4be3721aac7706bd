/** What the storm does from outside: starts executions by every way there is, kills workers, disturbs what runs. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type Client, ScheduleOverlapPolicy, WithStartWorkflowOperation } from '@temporalio/client';
import type { Crew } from './crew';

export const SHAPES = [
  'plain',
  'retrying',
  'local',
  'failing',
  'parallel',
  'child',
  'heartbeating',
  'timingOut',
  'async',
  'abandoned',
  'cancelling',
  'disturbed',
  'session',
  'again',
];

/** What befalls the store: one of these after every fifth kill, in turn; each is told how often it came before. */
export type Troubles = readonly ((turn: number) => Promise<void>)[];

export interface StormOptions {
  client: Client;
  crew: Crew;
  taskQueue: string;
  executions: number;
  kills: number;
  troubles?: Troubles;
}

const SCHEDULED = 6;
const CRONS = 2;
const WORKFLOW_RESETS = 5;

export class Storm {
  /** How often each kind of disturbance was taken by the server. */
  readonly disturbed = { paused: 0, resetActivity: 0, resetWorkflow: 0 };
  readonly #options: StormOptions;

  constructor(options: StormOptions) {
    this.#options = options;
  }

  /** Until every execution has closed, and every worker has ended. */
  async rage(): Promise<void> {
    const { crew, executions, kills, troubles = [] } = this.#options;
    await crew.start();
    const over = { yet: false };
    const others = Promise.all([this.#disturb(over), this.#resetWorkflows(over), this.#startRepeating()]);
    // Executions come in step with the kills, so that each kill finds work under way.
    for (let kill = 0, started = 0; kill < kills; kill += 1) {
      for (; started < (executions * (kill + 1)) / kills; started += 1) await this.#startExecution(started);
      await crew.killOne();
      if (kill % 5 === 4) await befall(troubles, Math.floor(kill / 5));
    }
    over.yet = true;
    await others;
    await this.#endRepeating();
    await this.#allClosed();
    await crew.stop();
  }

  async #startExecution(i: number): Promise<void> {
    const { client } = this.#options;
    const shape = SHAPES[i % SHAPES.length] as string;
    const input = { shape, waits: i % 5 === 0, continues: i % 3 === 0 && shape !== 'again' };
    const options = {
      ...this.#startOptions(`${i}`, input),
      ...(shape === 'again' && { retry: { maximumAttempts: 2, initialInterval: '100 ms' as const } }),
    };
    if (i % 5 === 0)
      await client.workflow.signalWithStart('storm', { ...options, signal: 'poke', signalArgs: [] });
    else if (i % 7 === 0) {
      const startWorkflowOperation = new WithStartWorkflowOperation('storm', {
        ...options,
        workflowIdConflictPolicy: 'FAIL',
      });
      void client.workflow.executeUpdateWithStart('ask', { startWorkflowOperation }).catch(() => undefined);
    } else await client.workflow.start('storm', options);
  }

  #startOptions(name: string, input: object) {
    const { taskQueue } = this.#options;
    return {
      taskQueue,
      workflowId: `${taskQueue}-${name}`,
      args: [input],
      workflowTaskTimeout: '2 seconds' as const,
    };
  }

  async #startRepeating(): Promise<void> {
    const { client, taskQueue } = this.#options;
    for (let i = 0; i < CRONS; i += 1) {
      const options = this.#startOptions(`cron-${i}`, { shape: 'plain' });
      await client.workflow.start('storm', { ...options, cronSchedule: '@every 2s' });
    }
    const schedule = await client.schedule.create({
      scheduleId: taskQueue,
      spec: {},
      policies: { overlap: ScheduleOverlapPolicy.ALLOW_ALL },
      action: {
        type: 'startWorkflow',
        workflowType: 'storm',
        ...this.#startOptions('scheduled', { shape: 'local' }),
      },
    });
    for (let i = 0; i < SCHEDULED; i += 1) {
      await schedule.trigger();
      await sleep(1_100); // a scheduled execution's id has the second in it
    }
  }

  async #endRepeating(): Promise<void> {
    const { client, taskQueue } = this.#options;
    await client.schedule.getHandle(taskQueue).delete();
    for (let i = 0; i < CRONS; i += 1)
      await client.workflow.getHandle(`${taskQueue}-cron-${i}`).terminate('the storm is over');
  }

  /** Pauses or resets activities that run, one after the other; unpauses what it paused. */
  async #disturb(over: { yet: boolean }): Promise<void> {
    const { client } = this.#options;
    const { workflowService: service } = client;
    for (let turn = 0; !over.yet; turn += 1) {
      await sleep(300);
      for (const address of await this.#running('disturbed')) {
        const of = { namespace: 'default', execution: address, type: 'beat' };
        try {
          if (turn % 2 === 0) {
            await service.resetActivity(of);
            this.disturbed.resetActivity += 1;
          } else {
            await service.pauseActivity({ ...of, reason: 'the storm' });
            this.disturbed.paused += 1;
            await sleep(200);
            await service.unpauseActivity(of);
          }
        } catch {
          // it has ended meanwhile
        }
      }
    }
  }

  /** Up to three executions of a shape that run. */
  async #running(shape: string): Promise<{ workflowId: string; runId: string }[]> {
    const { client, taskQueue } = this.#options;
    const found: { workflowId: string; runId: string }[] = [];
    const query = `TaskQueue = '${taskQueue}' AND ExecutionStatus = 'Running'`;
    for await (const { workflowId, runId } of client.workflow.list({ query })) {
      const number = Number(workflowId.slice(taskQueue.length + 1));
      if (SHAPES[number % SHAPES.length] === shape) found.push({ workflowId, runId });
      if (found.length === 3) break;
    }
    return found;
  }

  /** Resets executions that have completed to their first workflow task. */
  async #resetWorkflows(over: { yet: boolean }): Promise<void> {
    const { client, taskQueue } = this.#options;
    const query = `TaskQueue = '${taskQueue}' AND ExecutionStatus = 'Completed' AND WorkflowType = 'storm'`;
    while (this.disturbed.resetWorkflow < (over.yet ? 1 : WORKFLOW_RESETS)) {
      await sleep(1_000);
      for await (const { workflowId, runId } of client.workflow.list({ query, pageSize: 1 })) {
        const { events } = await client.workflow.getHandle(workflowId, runId).fetchHistory();
        const first = events?.find((event) => event.workflowTaskCompletedEventAttributes);
        await client.workflowService.resetWorkflowExecution({
          namespace: 'default',
          workflowExecution: { workflowId, runId },
          reason: 'the storm',
          requestId: `${runId}-${this.disturbed.resetWorkflow}`,
          workflowTaskFinishEventId: first?.eventId,
        });
        this.disturbed.resetWorkflow += 1;
        break;
      }
    }
  }

  async #allClosed(): Promise<void> {
    const { client, taskQueue } = this.#options;
    const query = `TaskQueue = '${taskQueue}' AND ExecutionStatus = 'Running'`;
    const deadline = Date.now() + 300_000;
    let none = 0;
    while (Date.now() < deadline) {
      // Visibility lags behind: seen empty for a while.
      none = (await client.workflow.count(query)).count === 0 ? none + 1 : 0;
      if (none === 5) return;
      await sleep(300);
    }
    throw new Error('executions of the storm did not close');
  }
}

async function befall(troubles: Troubles, nth: number): Promise<void> {
  await troubles[nth % troubles.length]?.(Math.floor(nth / troubles.length));
}
