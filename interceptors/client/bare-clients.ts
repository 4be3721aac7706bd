/**
 * Detects clients that lack our interceptors. What `withMetadata` gives is lost there, and the stash would fill
 * the gap with another person's name. The SDK reports no such client. Therefore this module wraps the one
 * function with which all SDK clients compose their interceptors. It warns if work starts inside a
 * `withMetadata` without our header, once for each kind of call. Node only.
 * @module
 */

import { currentClientMetadata } from '../../src/temporal/client-context';
import { HEADER_NAME } from '../../src/temporal/header';

/** Calls that start something, by the interceptor's method. */
const STARTS: ReadonlyMap<string, string> = new Map([
  ['startWithDetails', 'client.workflow.start'],
  ['signalWithStart', 'client.workflow.signalWithStart'],
  ['startUpdateWithStart', 'client.workflow.executeUpdateWithStart'],
  ['create', 'client.schedule.create'],
  ['start', 'client.activity.start'],
  ['startOperation', 'a Nexus operation'],
]);

/** The most fields that a warning names. */
const MAX_NAMES = 20;

const LISTENING = Symbol.for('temporal-provenance.bare-clients');

type Compose = (interceptors: never, method: never, next: (input: never) => unknown) => unknown;

/** The common members of the calls' inputs. Only the input of an operation that a worker handles has `ctx`. */
interface StartInput {
  headers?: object;
  workflowStartHeaders?: object;
  ctx?: unknown;
}

/**
 * Listens from now on, once for all copies of this module. If the SDK has changed its form, nothing is
 * detected.
 */
export function listenToClients(): void {
  const holder = globalThis as { [LISTENING]?: Set<string> };
  if (holder[LISTENING]) return;
  const warned = new Set<string>();
  holder[LISTENING] = warned;
  try {
    const hooks: { composeInterceptors: Compose } = require('@temporalio/common/lib/interceptors');
    const compose = hooks.composeInterceptors;
    if (typeof compose !== 'function') return;
    hooks.composeInterceptors = (interceptors, method, next) => {
      const call = STARTS.get(method);
      return compose(interceptors, method, call === undefined ? next : watched(next, call, warned));
    };
  } catch {
    // The SDK's own function is kept.
  }
}

/** Wraps the end of a chain of interceptors. The call is passed on unchanged. */
function watched(next: (input: never) => unknown, call: string, warned: Set<string>) {
  return (input: never): unknown => {
    if (!warned.has(call)) lookAt(input, call, warned);
    return next(input);
  };
}

function lookAt(input: StartInput | undefined, call: string, warned: Set<string>): void {
  const headers = input?.workflowStartHeaders ?? input?.headers;
  const given = currentClientMetadata();
  if (!given || !headers || HEADER_NAME in headers || input?.ctx !== undefined) return;
  const faulty = given.issues.map(({ path }) => String(path[0] ?? '(document)'));
  const names = [...new Set([...Object.keys(given.fields), ...faulty])];
  if (names.length === 0) return;
  warned.add(call);
  process.emitWarning(
    `temporal-provenance: withMetadata gave ${named(names)}, but ${call} was called on a client without the plugin, so no run will have it. Add the plugin to that client: new Client({ connection, plugins: [new ProvenancePlugin()] }), and pass its interceptors.workflow, if any, as a list.`,
    { code: 'PROVENANCE_CLIENT' },
  );
}

function named(names: readonly string[]): string {
  const more = names.length - MAX_NAMES;
  return names.slice(0, MAX_NAMES).join(', ') + (more > 0 ? ` and ${more} more` : '');
}
