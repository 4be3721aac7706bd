/**
 * Searches a store for secrets that redaction would mask today, by rule and place. Values are counted, never returned. Node only.
 * @module
 */

import type { Json } from '../model/json';
import { createRedactor, type RedactOptions, type Redactor } from '../redaction/redactor';
import { contentText } from '../store/content';
import type { ColumnContent } from '../store/records/table';
import type { ColumnValue, Statements } from './database';
import { nameOfRow, pagesOf, tablesWithText, textColumns } from './text-columns';

interface SecretFinding {
  /** `table.column`. */
  place: string;
  rule: string;
  count: number;
  /** The number of rows in which it was found. */
  rows: number;
  /** The first of these rows. */
  examples: string[];
}

interface ScanResult {
  findings: SecretFinding[];
  /** The number of rows that were read. */
  rows: number;
}

const MAX_EXAMPLES = 5;

/** Files are code, so only rules that rarely match by mistake apply to them, not every `password = …`. */
const RULES_OF_FILES = new Set(['token', 'private-key', 'url-credentials', 'registered', 'pattern']);

/** Collects the findings. */
export class SecretScan {
  readonly #redactor: Redactor;
  readonly #findings = new Map<string, SecretFinding>();
  #rows = 0;

  constructor(options: RedactOptions = {}) {
    this.#redactor = createRedactor({ ...options, off: false });
  }

  /** Reads all tables, in pages. */
  async store(statements: Statements): Promise<void> {
    for (const table of tablesWithText()) {
      for await (const rows of pagesOf(statements, table)) {
        for (const row of rows) {
          this.#rows++;
          for (const [column, content] of textColumns(table)) {
            const where = `${table.name}.${column}`;
            const named = table.name.startsWith('stash') && column === 'value' ? String(row.key) : undefined;
            this.#note(where, nameOfRow(table, row), this.#rulesIn(row[column]!, content, named));
          }
        }
      }
    }
  }

  get result(): ScanResult {
    return { findings: [...this.#findings.values()], rows: this.#rows };
  }

  #rulesIn(value: ColumnValue, content: ColumnContent, named?: string): { [rule: string]: number } {
    if (value === null || typeof value === 'number' || typeof value === 'boolean') return {};
    if (typeof value !== 'string') return this.#rulesInFile(contentText(value));
    if (content === 'json' && named !== undefined) {
      return this.#redactor.value({ [named]: parsed(value) }).redactions ?? {};
    }
    const redacted = content === 'json' ? this.#redactor.jsonText(value) : this.#redactor.text(value);
    return redacted.redactions ?? {};
  }

  #rulesInFile(text: string): { [rule: string]: number } {
    const rules = Object.entries(this.#redactor.text(text).redactions ?? {});
    return Object.fromEntries(rules.filter(([rule]) => RULES_OF_FILES.has(rule)));
  }

  #note(place: string, name: string, rules: { [rule: string]: number }): void {
    for (const [rule, count] of Object.entries(rules)) {
      const key = `${place} ${rule}`;
      const finding = this.#findings.get(key) ?? { place, rule, count: 0, rows: 0, examples: [] };
      finding.count += count;
      finding.rows++;
      if (finding.examples.length < MAX_EXAMPLES) finding.examples.push(this.#redactor.text(name).text);
      this.#findings.set(key, finding);
    }
  }
}

function parsed(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}
