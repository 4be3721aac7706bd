/**
 * Connection keywords of libpq: those that are used here with their environment variables, and those that are refused because
 * they cannot be honoured. Node only.
 * @module
 */
import { urlError } from '../../place/url-error';
import { type Service, serviceKeywords } from './service-file';
import type { Keywords } from './url';

/** Supported keywords with their variables. */
const USED: Readonly<Record<string, string | undefined>> = {
  host: 'PGHOST',
  port: 'PGPORT',
  dbname: 'PGDATABASE',
  user: 'PGUSER',
  password: 'PGPASSWORD',
  passfile: 'PGPASSFILE',
  service: 'PGSERVICE',
  application_name: 'PGAPPNAME',
  connect_timeout: 'PGCONNECT_TIMEOUT',
  options: 'PGOPTIONS',
  sslmode: 'PGSSLMODE',
  sslcert: 'PGSSLCERT',
  sslkey: 'PGSSLKEY',
  sslpassword: undefined,
  sslrootcert: 'PGSSLROOTCERT',
  sslnegotiation: 'PGSSLNEGOTIATION',
  ssl_min_protocol_version: 'PGSSLMINPROTOCOLVERSION',
  ssl_max_protocol_version: 'PGSSLMAXPROTOCOLVERSION',
  target_session_attrs: 'PGTARGETSESSIONATTRS',
  schema: undefined,
  pool: undefined,
};

/** Keywords with the values that change nothing here. Any other value is refused. */
const HARMLESS: Readonly<Record<string, readonly [variable: string | undefined, ...values: string[]]>> = {
  client_encoding: ['PGCLIENTENCODING', 'utf8', 'UTF8', 'UTF-8', 'utf-8', 'auto'],
  gssencmode: ['PGGSSENCMODE', 'disable', 'prefer'],
  channel_binding: ['PGCHANNELBINDING', 'disable', 'prefer'],
  load_balance_hosts: ['PGLOADBALANCEHOSTS', 'disable'],
};

/** Keywords whose values never change what is recorded, or where. */
const IGNORED = [
  'fallback_application_name',
  'keepalives',
  'keepalives_idle',
  'keepalives_interval',
  'keepalives_count',
  'tcp_user_timeout',
  'krbsrvname',
  'gsslib',
  'sslcompression',
  'sslsni',
];

/**
 * Variables of libpq that are not listed above. They would select another server, or promise a protection that is missing here.
 */
const REFUSED_VARIABLES = ['PGHOSTADDR', 'PGREQUIREAUTH', 'PGREQUIREPEER', 'PGSSLCRL', 'PGSSLCRLDIR'];

/** A value and its origin (for messages). */
export interface Given {
  value: string;
  from: string;
}

/** Connection settings: from the URL, else from its service, else from the environment. */
export type Settings = ReadonlyMap<string, Given>;

/** @throws STORE_URL_INVALID for a setting that cannot be honoured */
export function settingsOf(url: Keywords, env: NodeJS.ProcessEnv): Settings {
  const settings = new Map<string, Given>();
  take(settings, url, (keyword) => `?${keyword}=`);
  const name = settings.get('service')?.value ?? env.PGSERVICE;
  const service: Service | undefined = name ? serviceKeywords(name, env) : undefined;
  if (service) take(settings, service.keywords, (keyword) => `${keyword} in ${service.path}`);
  takeVariables(settings, env);
  return settings;
}

function take(settings: Map<string, Given>, keywords: Keywords, named: (keyword: string) => string): void {
  for (const [keyword, value] of keywords) {
    check(keyword, value, named(keyword));
    if (!settings.has(keyword)) settings.set(keyword, { value, from: named(keyword) });
  }
}

function takeVariables(settings: Map<string, Given>, env: NodeJS.ProcessEnv): void {
  for (const variable of REFUSED_VARIABLES)
    if (env[variable]) throw urlError(`${variable} is not supported: unset it`);
  const variables = { ...USED, ...Object.fromEntries(Object.entries(HARMLESS).map(([k, [v]]) => [k, v])) };
  for (const [keyword, variable] of Object.entries(variables)) {
    const value = variable && env[variable];
    if (!value || settings.has(keyword)) continue;
    check(keyword, value, variable);
    settings.set(keyword, { value, from: variable });
  }
}

function check(keyword: string, value: string, from: string): void {
  if (keyword in USED || IGNORED.includes(keyword)) return;
  const harmless = HARMLESS[keyword];
  if (!harmless) throw urlError(`${from} is not supported: remove it`);
  const [, ...values] = harmless;
  if (!values.includes(value)) throw urlError(`${from} may be ${values.join(', ')} here, not '${value}'`);
}
