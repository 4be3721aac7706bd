/**
 * Where histories come from: a Temporal server, or files that Temporal Cloud exported.
 * @module
 */
import type { Client } from '@temporalio/client';
import { google, type temporal } from '@temporalio/proto';
import type { ExecutionAddress } from '../../model/documents';
import type { UnsettledActivity } from '../../store/interface/settling';
import type { Failure, HistoryEvent } from '../../temporal/activity-history';
import { closingStatus } from '../../temporal/execution-history';
import type { Pace } from '../pace';
import type { HistoryLoss } from './history-losses';

/** The attempts of an execution that are running or still to come. */
export interface Pending {
  /** By activity id. */
  attempts: Map<string, { attempt: number; last_failure?: Failure }>;
}

/** One look at one execution. */
export type Look =
  | { kind: 'history'; events: HistoryEvent[]; pending: Pending }
  /** The server no longer has it, or never had it; or has not even its namespace any more. */
  | { kind: 'gone'; reason: 'history_gone' | 'namespace_gone' }
  /** The server could not be asked, or gave no answer that can be read; nothing is concluded. */
  | { kind: 'unavailable'; reason: string };

/** Address of a standalone activity. */
export type ActivityAddress = Pick<UnsettledActivity, 'namespace' | 'activity_id' | 'activity_run_id'>;

/** What the server says of a standalone activity. */
export type ActivityDescription = temporal.api.workflowservice.v1.IDescribeActivityExecutionResponse;

/** One look at one standalone activity. */
export type ActivityLook =
  | { kind: 'description'; description: ActivityDescription }
  | Exclude<Look, { kind: 'history' }>;

/** Where executions are looked up. */
export interface HistorySource {
  /** For evidence: `server`, `export`. */
  readonly name: string;
  /** What of the source itself could not be read. */
  readonly losses?: readonly HistoryLoss[];
  look(address: ExecutionAddress): Promise<Look>;
  /** Absent where a source holds no standalone activities. */
  lookActivity?(address: ActivityAddress): Promise<ActivityLook>;
}

const GRPC_NOT_FOUND = 5;
const GRPC_INVALID_ARGUMENT = 3;

/** Reads executions of a real server; never rejects. */
export class ServerHistories implements HistorySource {
  readonly name = 'server';
  readonly #client: Client;
  readonly #pace: Pace;

  constructor(client: Client, pace: Pace) {
    this.#client = client;
    this.#pace = pace;
  }

  async look(address: ExecutionAddress): Promise<Look> {
    try {
      const events = await this.#events(address);
      const last = events.at(-1);
      const closed = last !== undefined && closingStatus(last) !== undefined;
      return {
        kind: 'history',
        events,
        pending: closed ? { attempts: new Map() } : await this.#pending(address),
      };
    } catch (error) {
      return unanswered(error);
    }
  }

  /** Servers that know no standalone activities answer that they don't: nothing is concluded. */
  async lookActivity({ namespace, activity_id, activity_run_id }: ActivityAddress): Promise<ActivityLook> {
    try {
      const description = await this.#pace.run(() =>
        this.#client.workflowService.describeActivityExecution({
          namespace,
          activityId: activity_id,
          runId: activity_run_id,
          includeOutcome: true,
          includeLastFailure: true,
        }),
      );
      return { kind: 'description', description };
    } catch (error) {
      return unanswered(error);
    }
  }

  /** The first event alone: how an execution started. */
  async first(address: ExecutionAddress): Promise<HistoryEvent | undefined> {
    const page = await this.#page(address, undefined, 1);
    return page.history?.events?.[0];
  }

  async #events(address: ExecutionAddress): Promise<HistoryEvent[]> {
    const events: HistoryEvent[] = [];
    let token: Uint8Array | undefined;
    do {
      const page = await this.#page(address, token);
      events.push(...(page.history?.events ?? []));
      token = page.nextPageToken?.length ? page.nextPageToken : undefined;
    } while (token);
    return events;
  }

  #page(address: ExecutionAddress, nextPageToken?: Uint8Array, maximumPageSize = 1000) {
    return this.#pace.run(() =>
      this.#client.workflowService.getWorkflowExecutionHistory({
        namespace: address.namespace,
        execution: { workflowId: address.workflow_id, runId: address.run_id },
        nextPageToken,
        maximumPageSize,
      }),
    );
  }

  async #pending(address: ExecutionAddress): Promise<Pending> {
    const described = await this.#pace.run(() =>
      this.#client.workflowService.describeWorkflowExecution({
        namespace: address.namespace,
        execution: { workflowId: address.workflow_id, runId: address.run_id },
      }),
    );
    const attempts: Pending['attempts'] = new Map();
    for (const activity of described.pendingActivities ?? []) {
      if (!activity.activityId) continue;
      attempts.set(activity.activityId, {
        attempt: activity.attempt ?? 1,
        last_failure: activity.lastFailure ?? undefined,
      });
    }
    return { attempts };
  }
}

function unanswered(error: unknown): Exclude<Look, { kind: 'history' }> {
  const { code } = error as { code?: unknown };
  const message = error instanceof Error ? error.message : String(error);
  if (code === GRPC_NOT_FOUND)
    return { kind: 'gone', reason: saysNamespaceGone(error) ? 'namespace_gone' : 'history_gone' };
  if (code === GRPC_INVALID_ARGUMENT && /run ?id/i.test(message))
    return { kind: 'gone', reason: 'history_gone' };
  return { kind: 'unavailable', reason: message };
}

/** An error of a gRPC call, as far as it is read here. */
interface RefusedCall {
  metadata?: { get(name: string): (string | Buffer)[] };
}

const NAMESPACE_NOT_FOUND = 'temporal.api.errordetails.v1.NamespaceNotFoundFailure';

/** What was not found stands in the status that comes with the error. */
function saysNamespaceGone(error: unknown): boolean {
  try {
    const [status] = (error as RefusedCall).metadata?.get('grpc-status-details-bin') ?? [];
    if (!status) return false;
    const details = google.rpc.Status.decode(Buffer.from(status as Buffer)).details ?? [];
    return details.some(({ type_url }) => type_url?.endsWith(`/${NAMESPACE_NOT_FOUND}`));
  } catch {
    return false; // no status of that kind: an execution that was not found
  }
}
