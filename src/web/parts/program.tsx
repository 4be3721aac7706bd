/**
 * How to get the same from a program: the API call in a shell and in Python. Node only.
 * @module
 */

/** The folded part. `json`: the address of the JSON form; `url`: the address of the reader, with its host and lab. */
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

/** Returns the full address of the API, with the selected lab. */
export function apiAddress(json: string, url: URL): string {
  const address = new URL(json, url.origin);
  const lab = url.searchParams.get('lab');
  if (lab) address.searchParams.set('lab', lab);
  return address.href;
}

/** Returns a POSIX shell command. In single quotes only the single quote itself must be escaped. */
export function curlLine(address: string): string {
  return `curl -sS '${address.replaceAll("'", `'\\''`)}'`;
}

/** Without a package. JSON's text is Python's, as far as an address goes: it has ASCII alone. */
export function pythonLines(address: string): string {
  const literal = JSON.stringify(address);
  return `import json, urllib.request\nanswer = json.load(urllib.request.urlopen(${literal}))`;
}
