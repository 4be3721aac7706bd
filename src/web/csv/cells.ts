/**
 * Cells and rows of a CSV file (RFC 4180). [isolate-safe]
 * @module
 */

/** What a cell shows: text and numbers as they are, objects and arrays as JSON, what is absent as nothing. */
export type CsvValue = string | number | boolean | object | null | undefined;

/** Beginnings that spreadsheets take for a formula; the wide forms are taken for the same in some languages. */
const FORMULA = /^[=+\-@\t\r\n＝＋－＠]/;

/** One row, with its line end. */
export function csvRow(values: readonly CsvValue[]): string {
  return `${values.map(csvCell).join(',')}\r\n`;
}

/** One cell. Recorded text that a spreadsheet would run as a formula has a `'` before it. */
export function csvCell(value: CsvValue): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  const safe = FORMULA.test(text) ? `'${text}` : text;
  return /[",\r\n]|^\s|\s$/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
