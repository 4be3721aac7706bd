/**
 * The first check of a request: it must be a read, name this server as its host, not come from a page of another site, and not be
 * too long. Node only.
 * @module
 */
import type { IncomingMessage } from 'node:http';
import { HTTP } from '../limits';
import type { Hosts } from './hosts';
import type { Problem } from './problem';

const METHODS = ['GET', 'HEAD'];

/** Returns why a request is refused; undefined if it is accepted. */
export function refusalOf(request: IncomingMessage, hosts: Hosts): Problem | undefined {
  return wrongTarget(request, hosts) ?? wrongForm(request) ?? fromElsewhere(request, hosts);
}

function wrongTarget({ headers }: IncomingMessage, hosts: Hosts): Problem | undefined {
  if (hosts.has(headers.host)) return undefined;
  const detail = `This server does not accept the host ${shown(headers.host)}. If a proxy uses that name, start the server with --allow-host NAME.`;
  return { status: 421, code: 'HOST_UNKNOWN', detail };
}

function wrongForm({ method = '', url = '' }: IncomingMessage): Problem | undefined {
  if (!METHODS.includes(method))
    return { status: 405, code: 'METHOD_NOT_ALLOWED', detail: 'This server is read-only: use GET or HEAD.' };
  if (url.length > HTTP.address_characters)
    return {
      status: 414,
      code: 'ADDRESS_TOO_LONG',
      detail: `The address has ${url.length} characters; the limit is ${HTTP.address_characters}.`,
    };
  if (!url.startsWith('/'))
    return { status: 400, code: 'ADDRESS_INVALID', detail: 'The address must begin with a slash.' };
  return undefined;
}

/**
 * Checks the origin of a request, which browsers send. A link on another site may lead here; a fetch by its scripts may not.
 */
function fromElsewhere({ headers }: IncomingMessage, hosts: Hosts): Problem | undefined {
  const { origin } = headers;
  const site = headers['sec-fetch-site'];
  const followed = headers['sec-fetch-mode'] === 'navigate' && headers['sec-fetch-dest'] === 'document';
  const elsewhere = site === 'cross-site' || site === 'same-site';
  if ((origin === undefined || hosts.hasOrigin(origin)) && (!elsewhere || followed)) return undefined;
  return { status: 403, code: 'OTHER_SITE', detail: 'Pages of other sites may not read this server.' };
}

function shown(host: string | undefined): string {
  return host === undefined || host === '' ? 'named in the request' : `'${host.slice(0, 100)}'`;
}
