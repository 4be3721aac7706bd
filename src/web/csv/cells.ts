/**
 * Cells and rows of a CSV file (RFC 4180). [isolate-safe]
 * @module
 */

/** The value of a cell: text and numbers unchanged, objects and arrays as JSON, missing values empty. */
export type CsvValue = string | number | boolean | object | null | undefined;

/** First characters that spreadsheets read as a formula; some languages accept the wide forms too. */
const FORMULA = /^[=+\-@\t\r\n＝＋－＠]/;

/** Returns one row, with its line end. */
export function csvRow(values: readonly CsvValue[]): string {
  return `${values.map(csvCell).join(',')}\r\n`;
}

/** Returns one cell. Text that a spreadsheet would run as a formula gets a `'` prefix. */
export function csvCell(value: CsvValue): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  const safe = FORMULA.test(text) ? `'${text}` : text;
  return /[",\r\n]|^\s|\s$/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
