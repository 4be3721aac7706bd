/**
 * Sentences of this repository: those of the documents, and those of the comments of the product's source.
 * @module
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Documents that people read, decisions included. */
const DOCUMENTS = /^(README|CONTRIBUTING|CHANGELOG|docs\/.*|examples\/README)\.md$/;
const SOURCES = /^(src|interceptors|activities|workflows)\/.*\.tsx?$/;
/** A shorter text is a label, not a sentence. */
const LEAST_WORDS = 5;

/** The sentences of all documents under `root`, each as `{ file, line, text }`. */
export function documentSentences(root) {
  return filesOf(root, DOCUMENTS).flatMap((file) => {
    const text = readFileSync(join(root, file), 'utf8').replace(/^```[\s\S]*?^```/gm, blankLines);
    return paragraphsOf(text).flatMap((paragraph) => sentencesOf(file, paragraph));
  });
}

/** The sentences of all comments in the product's source under `root`, each as `{ file, line, text }`. */
export function commentSentences(root) {
  return filesOf(root, SOURCES).flatMap((file) =>
    commentsOf(readFileSync(join(root, file), 'utf8')).flatMap((paragraph) => sentencesOf(file, paragraph)),
  );
}

function filesOf(root, pattern) {
  const listed = execFileSync('git', ['ls-files'], { cwd: root, encoding: 'utf8' });
  return listed.split('\n').filter((path) => pattern.test(path));
}

/** Paragraphs, list items and table cells, each with its line. Headings are left out. */
function paragraphsOf(text) {
  const found = [];
  let open = null;
  text.split('\n').forEach((line, index) => {
    const cells = /^\s*\|(.*)\|\s*$/.exec(line)?.[1];
    const starts = cells !== undefined || /^\s*$|^#|^\s*([-*]|\d+\.)\s/.test(line);
    if (starts) open = null;
    if (cells !== undefined) {
      for (const cell of cells.split(/(?<!\\)\|/)) found.push({ line: index + 1, text: cell.trim() });
    } else if (/\S/.test(line) && !line.startsWith('#')) {
      const words = line.trim();
      if (open) {
        open.text += ` ${words}`;
        return;
      }
      open = { line: index + 1, text: words.replace(/^([-*]|\d+\.)\s+/, '') };
      found.push(open);
    }
  });
  return found;
}

/** A block comment's paragraphs; of line comments, those that follow each other as one. */
function commentsOf(text) {
  const found = [];
  for (const match of text.matchAll(
    /\/\*\*?([\s\S]*?)\*\/|((?:^[ \t]*\/\/.*\n?)+)|(?<=[;,{})] )\/\/(.*)$/gm,
  )) {
    const line = text.slice(0, match.index).split('\n').length;
    const body = (match[1] ?? match[2] ?? match[3]).replace(/^[ \t]*(\*|\/\/) ?/gm, '');
    if (/^\s*biome-ignore/.test(body)) continue;
    for (const paragraph of paragraphsOf(body)) found.push({ ...paragraph, line: line + paragraph.line - 1 });
  }
  return found;
}

function sentencesOf(file, { line, text }) {
  return text
    .replace(/(^|\s)@(module|throws|param \w+|returns)\b/g, ' ')
    .split(/(?<=[.!?])\s+(?=[A-Z`"'(*[])/)
    .map((sentence) => ({ file, line, text: sentence.trim() }))
    .filter((sentence) => sentence.text.split(/\s+/).length >= LEAST_WORDS);
}

/** Keeps the line numbers of what follows. */
function blankLines(block) {
  return block.replace(/[^\n]/g, '');
}
