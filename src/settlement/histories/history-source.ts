/**
 * The sources of histories: a Temporal server, or files that Temporal Cloud exported.
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

/** The attempts of an execution that are running or scheduled. */
export interface Pending {
  /** The current attempts, by activity id. */
  attempts: Map<string, { attempt: number; last_failure?: Failure }>;
}

/** The result of looking up one execution. */
export type Look =
  | { kind: 'history'; events: HistoryEvent[]; pending: Pending }
  /** The server has no such execution, or no longer has it, or its namespace was deleted. */
  | { kind: 'gone'; reason: 'history_gone' | 'namespace_gone' }
  /** The server did not answer, or its answer can't be read. Nothing is concluded. */
  | { kind: 'unavailable'; reason: string };

/** The address of a standalone activity. */
export type ActivityAddress = Pick<UnsettledActivity, 'namespace' | 'activity_id' | 'activity_run_id'>;

/** The server's description of a standalone activity. */
export type ActivityDescription = temporal.api.workflowservice.v1.IDescribeActivityExecutionResponse;

/** The result of looking up one standalone activity. */
export type ActivityLook =
  | { kind: 'description'; description: ActivityDescription }
  | Exclude<Look, { kind: 'history' }>;

/** A source of histories. */
export interface HistorySource {
  /** The name of the source in evidence: `server` or `export`. */
  readonly name: string;
  /** The parts of the source itself that could not be read. */
  readonly losses?: readonly HistoryLoss[];
  look(address: ExecutionAddress): Promise<Look>;
  /** Absent if a source has no standalone activities. */
  lookActivity?(address: ActivityAddress): Promise<ActivityLook>;
}

const GRPC_NOT_FOUND = 5;
const GRPC_INVALID_ARGUMENT = 3;

/** Reads executions of a real server. Never rejects. */
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

  /** A server without standalone activities says that it does not support them. Nothing is concluded. */
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

  /** Returns only the first event: how an execution started. */
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
    return { kind: 'gone', reason: reportsMissingNamespace(error) ? 'namespace_gone' : 'history_gone' };
  if (code === GRPC_INVALID_ARGUMENT && /run ?id/i.test(message))
    return { kind: 'gone', reason: 'history_gone' };
  return { kind: 'unavailable', reason: message };
}

/** The part of a gRPC error that is read here. */
interface RefusedCall {
  metadata?: { get(name: string): (string | Buffer)[] };
}

const NAMESPACE_NOT_FOUND = 'temporal.api.errordetails.v1.NamespaceNotFoundFailure';

/** The error's status names what was not found. */
function reportsMissingNamespace(error: unknown): boolean {
  try {
    const [status] = (error as RefusedCall).metadata?.get('grpc-status-details-bin') ?? [];
    if (!status) return false;
    const details = google.rpc.Status.decode(Buffer.from(status as Buffer)).details ?? [];
    return details.some(({ type_url }) => type_url?.endsWith(`/${NAMESPACE_NOT_FOUND}`));
  } catch {
    return false; // no status of that kind: an execution that was not found
  }
}
