/**
 * The addresses of pages. The address determines everything that a page shows. Node only.
 * @module
 */

/** The parameters of an address; undefined and empty ones are omitted. */
export type Parameters = Readonly<Record<string, string | number | boolean | undefined>>;

/** Returns a path with parameters. */
export function address(path: string, parameters: Parameters = {}): string {
  const given = Object.entries(parameters).filter(([, value]) => value !== undefined && value !== '');
  const query = given
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(String(value))}`)
    .join('&');
  return query === '' ? path : `${path}?${query}`;
}

/** The addresses, by what they show. */
export const to = {
  runs: (parameters?: Parameters) => address('/', parameters),
  run: (uid: string) => `/runs/${encodeURIComponent(uid)}`,
  executions: (parameters?: Parameters) => address('/executions', parameters),
  execution: (run_id: string) => `/executions/${encodeURIComponent(run_id)}`,
  /** `focus`: a run, an execution or data, as on the command line, or the id of a node. */
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
  /** The page of the record with that name. */
  go: (ref: string) => address('/go', { ref }),
  counts: (parameters?: Parameters) => address('/counts', parameters),
  /** An execution in Temporal's Web UI at `base`. */
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
  /** An address of the API: `path` is below `/api/v1`. */
  api: (path: string, parameters?: Parameters) => address(`/api/v1${path}`, parameters),
  /** A list of the API as a CSV file. */
  csv: (path: string, parameters?: Parameters) =>
    address(`/api/v1${path}`, { ...parameters, limit: undefined, after: undefined, format: 'csv' }),
} as const;

/** Returns an external address that may be linked: only http and https. @returns undefined for all others */
export function safeAddress(text: string): string | undefined {
  return /^https?:\/\//i.test(text) && URL.canParse(text) ? text : undefined;
}
