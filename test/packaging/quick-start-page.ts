/** What docs/guide/quick-start.md tells a reader to type and to write, taken from the page itself. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../imports';

interface Block {
  language: string;
  text: string;
  /** Number of the section that it stands in. */
  section: number;
  /** Inside the part for CommonJS projects. */
  commonjs: boolean;
}

export type Kind = 'esm' | 'cjs';

export class QuickStartPage {
  private readonly blocks = blocksOf(readFileSync(join(ROOT, 'docs/guide/quick-start.md'), 'utf8'));

  /** Command lines of a section. */
  commands(section: number): string[] {
    return this.of(section)
      .filter(({ language }) => language === 'sh')
      .flatMap(({ text }) => text.trimEnd().split('\n'));
  }

  /** Files that the sections up to `section` tell to write: the last text of each. */
  files(kind: Kind, section: number): Map<string, string> {
    const files = new Map<string, string>();
    for (const block of this.blocks) {
      const path = /^\/\/ (\S+\.\w+)\n/.exec(block.text)?.[1];
      if (path === undefined || block.section > section) continue;
      if (kind === 'cjs' || !block.commonjs) files.set(path, block.text);
    }
    return files;
  }

  /** The first TypeScript block of a section that names no file. */
  snippet(section: number): string {
    const found = this.of(section).find(({ language, text }) => language === 'ts' && !text.startsWith('//'));
    return found?.text ?? '';
  }

  private of(section: number): Block[] {
    return this.blocks.filter((block) => block.section === section && !block.commonjs);
  }
}

function blocksOf(page: string): Block[] {
  const blocks: Block[] = [];
  for (const [index, part] of page.split(/^## \d+\. /m).entries()) {
    const details = [part.indexOf('<details>'), part.indexOf('</details>')] as const;
    for (const found of part.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)) {
      const commonjs = found.index > details[0] && found.index < details[1];
      blocks.push({ language: found[1] ?? '', text: found[2] ?? '', section: index, commonjs });
    }
  }
  return blocks;
}
