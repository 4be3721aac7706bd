/**
 * Reads CSV (RFC 4180), strictly: for tests of what is written.
 * @module
 */

/** Rows of a file. Throws where a row has no line end, or a quote is out of place. */
export function readCsv(text: string): string[][] {
  const rows: string[][] = [];
  const cell = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/y;
  let row: string[] = [];
  while (cell.lastIndex < text.length) {
    const from = cell.lastIndex;
    const match = cell.exec(text);
    if (!match)
      throw new Error(`No CSV from character ${from}: ${JSON.stringify(text.slice(from, from + 80))}`);
    const [, quoted, plain = '', end] = match;
    row.push(quoted?.replaceAll('""', '"') ?? plain);
    if (end === ',') continue;
    rows.push(row);
    row = [];
  }
  return rows;
}
