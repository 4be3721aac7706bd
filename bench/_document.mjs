/**
 * Writes the table of docs/reference/performance.md from the files in bench/results. `npm run bench -- --keep` writes
 * both; a test checks that they agree.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const RESULTS = fileURLToPath(new URL('./results', import.meta.url));
const DOCUMENT = fileURLToPath(new URL('../docs/reference/performance.md', import.meta.url));
const BEGIN = '<!-- figures: written by `npm run bench -- --keep` -->';
const END = '<!-- end of figures -->';

export function readResults(folder = RESULTS) {
  const files = readdirSync(folder).filter((file) => file.endsWith('.json'));
  return files.sort().map((file) => JSON.parse(readFileSync(join(folder, file), 'utf8')));
}

/** The figures that miss their target. */
export function shortfalls(results) {
  return results.flatMap(({ bench, figures }) =>
    figures.filter(({ holds }) => holds === false).map((figure) => ({ bench, ...figure })),
  );
}

/** One section for each benchmark: date, machine, and each figure with its target. */
export function figuresText(results) {
  return results.map(section).join('\n');
}

function section({ bench, time, machine, rounds, figures }) {
  const { cpu, cores, memory_gib, node, os } = machine;
  const where = `${cores} × ${cpu}, ${memory_gib} GiB, ${os}, Node.js ${node}`;
  const rows = figures.map(
    (figure) => `| ${figure.figure} | ${value(figure)} | ${figure.target ?? ''} | ${verdict(figure)} |`,
  );
  return `### ${bench}
${time.slice(0, 10)}, ${rounds === 1 ? '1 round' : `${rounds} rounds`}: ${where}.

| figure | median [quartiles] | target | |
| --- | --- | --- | --- |
${rows.join('\n')}
`;
}

function value({ median, low, high, unit }) {
  const range = low === undefined ? '' : ` [${show(low)} … ${show(high)}]`;
  return `${show(median)}${unit ? ` ${unit}` : ''}${range}`;
}

/** For a figure that misses its target, the text says by how much. */
function verdict({ holds, median, target }) {
  if (holds === undefined) return '';
  if (holds) return 'holds';
  const wanted = Number(/[\d.]+/.exec(String(target))[0]);
  return `**falls short** by ${show(Math.abs(median - wanted))}`;
}

function show(number) {
  const size = Math.abs(number);
  if (size >= 1000) return Math.round(number).toLocaleString('en');
  return String(Number(number.toFixed(size >= 100 ? 0 : size >= 10 ? 1 : 3)));
}

export function figuresIn(document) {
  return document.slice(document.indexOf(BEGIN) + BEGIN.length, document.indexOf(END)).trim();
}

export function readDocument() {
  return readFileSync(DOCUMENT, 'utf8');
}

/** Puts the figures into the document. */
export function writeDocument() {
  const text = readDocument();
  const before = text.slice(0, text.indexOf(BEGIN) + BEGIN.length);
  writeFileSync(DOCUMENT, `${before}\n\n${figuresText(readResults())}\n${text.slice(text.indexOf(END))}`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeDocument();
