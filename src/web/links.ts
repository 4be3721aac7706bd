/**
 * Addresses of pages. All that a page shows is in its address. Node only.
 * @module
 */

/** Parameters of an address; what is undefined or empty is left out. */
export type Parameters = Readonly<Record<string, string | number | boolean | undefined>>;

/** A path with parameters. */
export function address(path: string, parameters: Parameters = {}): string {
  const given = Object.entries(parameters).filter(([, value]) => value !== undefined && value !== '');
  const query = given
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(String(value))}`)
    .join('&');
  return query === '' ? path : `${path}?${query}`;
}

/** Addresses by what they show. */
export const to = {
  runs: (parameters?: Parameters) => address('/', parameters),
  run: (uid: string) => `/runs/${encodeURIComponent(uid)}`,
  executions: (parameters?: Parameters) => address('/executions', parameters),
  execution: (run_id: string) => `/executions/${encodeURIComponent(run_id)}`,
  /** `focus`: a run, an execution or data, by what the command line takes or by a node's id. */
  lineage: (focus: string, parameters?: Parameters) => address('/lineage', { focus, ...parameters }),
  environments: (parameters?: Parameters) => address('/environments', parameters),
  environment: (id: string) => `/environments/${encodeURIComponent(id)}`,
  artifacts: (parameters?: Parameters) => address('/artifacts', parameters),
  /** By name, URI, digest or artifact id. */
  artifact: (ref: string) => `/artifacts/${encodeURIComponent(ref)}`,
  diff: (a: string, b: string) => address('/diff', { a, b }),
  stash: (parameters?: Parameters) => address('/stash', parameters),
  refusals: (parameters?: Parameters) => address('/refusals', parameters),
  rules: () => '/rules',
  workers: (parameters?: Parameters) => address('/workers', parameters),
  worker: (session: string) => `/workers/${encodeURIComponent(session)}`,
  health: (parameters?: Parameters) => address('/health', parameters),
  /** To the page of whatever has that name. */
  go: (ref: string) => address('/go', { ref }),
  counts: (parameters?: Parameters) => address('/counts', parameters),
  /** An execution in Temporal's Web UI, whose address is `base`. */
  temporal: (base: string, of: { namespace: string; workflow_id: string; run_id: string }) =>
    [
      base.replace(/\/+$/, ''),
      'namespaces',
      encodeURIComponent(of.namespace),
      'workflows',
      encodeURIComponent(of.workflow_id),
      encodeURIComponent(of.run_id),
      'history',
    ].join('/'),
  /** The API's: `path` is below `/api/v1`. */
  api: (path: string, parameters?: Parameters) => address(`/api/v1${path}`, parameters),
  /** A list of the API as a CSV file, from its beginning. */
  csv: (path: string, parameters?: Parameters) =>
    address(`/api/v1${path}`, { ...parameters, limit: undefined, after: undefined, format: 'csv' }),
} as const;

/** An address from outside that may be linked to: http and https alone. @returns undefined for all others */
export function safeAddress(text: string): string | undefined {
  return /^https?:\/\//i.test(text) && URL.canParse(text) ? text : undefined;
}
