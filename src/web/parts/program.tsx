/**
 * The same from a program: the API's address, as a line for a shell and as lines of Python. Node only.
 * @module
 */

/** Folded. `json`: the page as JSON; `url`: the page as the reader has it, whose host and lab are meant. */
export function Program({ json, url }: { json: string; url: URL }) {
  const address = apiAddress(json, url);
  return (
    <details class="program">
      <summary>Use this from a program</summary>
      <p>In a shell:</p>
      <pre tabindex={0}>{curlLine(address)}</pre>
      <p>In Python:</p>
      <pre tabindex={0}>{pythonLines(address)}</pre>
      <p>
        If this server requires a token, send it as <code>Authorization: Bearer TOKEN</code>.{' '}
        <a href="/api/v1/openapi.json">Description of the API</a> (OpenAPI).
      </p>
    </details>
  );
}

/** The whole address of the API, with the lab that the reader looks at. */
export function apiAddress(json: string, url: URL): string {
  const address = new URL(json, url.origin);
  const lab = url.searchParams.get('lab');
  if (lab) address.searchParams.set('lab', lab);
  return address.href;
}

/** For a POSIX shell: nothing in an address means anything to it between single quotes, but these themselves. */
export function curlLine(address: string): string {
  return `curl -sS '${address.replaceAll("'", `'\\''`)}'`;
}

/** Without a package. JSON's text is Python's, as far as an address goes: it has ASCII alone. */
export function pythonLines(address: string): string {
  const literal = JSON.stringify(address);
  return `import json, urllib.request\nanswer = json.load(urllib.request.urlopen(${literal}))`;
}
