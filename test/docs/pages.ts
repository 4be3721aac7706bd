/** Pages of the repository: their text, links and anchors. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../imports';

/** The text of a page, by its path from the root. */
export function readPage(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}

/** Anchors as GitHub makes them from headings. Text in fences has none. A heading that is there twice gets a number. */
export function anchorsIn(text: string): string[] {
  const counts = new Map<string, number>();
  return [...withoutFences(text).matchAll(/^#+\s+(.*)$/gm)].map(([, heading = '']) => {
    const anchor = heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replace(/\s/g, '-');
    const before = counts.get(anchor) ?? 0;
    counts.set(anchor, before + 1);
    return before === 0 ? anchor : `${anchor}-${before}`;
  });
}

/** Addresses of the links and pictures in a text; what is in fences or in backquotes is no link. */
export function linksIn(text: string): string[] {
  const prose = withoutFences(text).replace(/`[^`\n]*`/g, '`');
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link);
}

function withoutFences(text: string): string {
  return text.replace(/^```[\s\S]*?^```/gm, '');
}
