/**
 * Parses a PostgreSQL URL as libpq does: `postgres://USER:PASSWORD@HOST:PORT,HOST:PORT/DATABASE?KEYWORD=VALUE`, every part
 * optional. `URL` cannot parse one with several hosts, or with a user and no host. Node only.
 * @module
 */
import { urlError } from '../../place/url-error';

/** Values by libpq's keywords (`host`, `dbname`, `sslmode`, …). */
export type Keywords = ReadonlyMap<string, string>;

const PARTS = /^postgres(?:ql)?:\/\/(?:([^@/]*)@)?([^/?]*)(?:\/([^?]*))?(?:\?(.*))?$/is;

/**
 * Returns the keywords of a URL. An empty part is absent.
 * @throws STORE_URL_INVALID
 */
export function urlKeywords(text: string): Keywords {
  const [, credentials, hosts = '', database = '', query = ''] = PARTS.exec(text) ?? [];
  if (!PARTS.test(text)) throw urlError('it is not a URL: write postgres://<host>/<database>');
  const found = new Map<string, string>();
  const set = (keyword: string, value: string) => value !== '' && found.set(keyword, value);
  const [, user = '', password = ''] = /^([^:]*)(?::(.*))?$/s.exec(credentials ?? '') ?? [];
  set('user', decoded(user, 'user'));
  set('password', decoded(password, 'password'));
  if (credentials === undefined && database.includes('@')) throw unescaped();
  const { host, port } = hostsOf(hosts);
  set('host', host);
  set('port', port);
  set('dbname', decoded(database, 'database'));
  for (const [keyword, value] of queryOf(query)) found.set(keyword, value);
  return found;
}

function unescaped(): Error {
  return urlError(
    "its password has an '@', '/' or ':' that is not escaped (write %40 for '@', %2F for '/', %3A for ':', or set PGPASSWORD instead)",
  );
}

function hostsOf(text: string): { host: string; port: string } {
  if (text === '') return { host: '', port: '' };
  const servers = text.split(',').map((server) => {
    const [, host = '', port = ''] = /^(\[[^\]]*\]|[^:]*)(?::(.*))?$/s.exec(server) ?? [];
    return { host: decoded(host.replace(/^\[(.*)\]$/, '$1'), 'host'), port };
  });
  if (servers.some(({ host }) => host.includes('@'))) throw unescaped();
  if (servers.some(({ host, port }) => /[#\s]/.test(host) || !/^\d*$/.test(port)))
    throw urlError('the part between // and / must be a host, host:port, or a list of them');
  const port = servers.map((server) => server.port).join(',');
  return {
    host: servers.map((server) => server.host).join(','),
    port: /^,*$/.test(port) ? '' : port,
  };
}

/** Returns the pairs of the query. JDBC's `ssl=true` has the meaning that libpq gives it. */
function queryOf(query: string): [keyword: string, value: string][] {
  if (query === '') return [];
  return query.split('&').map((pair) => {
    const at = pair.indexOf('=');
    if (at < 0) throw urlError(`'${pair.slice(0, 40)}' in its query has no value`);
    const [keyword, value] = [decoded(pair.slice(0, at), 'query'), decoded(pair.slice(at + 1), 'query')];
    return keyword === 'ssl' && value === 'true' ? ['sslmode', 'require'] : [keyword, value];
  });
}

function decoded(text: string, part: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw urlError(`its ${part} has a '%' that is not an escape: write %25 for '%'`);
  }
}
