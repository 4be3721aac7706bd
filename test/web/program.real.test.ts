import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { apiAddress, curlLine, pythonLines } from '../../src/web/parts/program';
import type { TestSite } from './site-kit';
import { startWorld } from './world';

const run = promisify(execFile);
let site: TestSite;
beforeAll(async () => {
  site = await startWorld();
});
afterAll(() => site?.close());

/** Filters that a shell or Python could take for something else. */
const FILTERS = [
  "operator = 'Ada'",
  `operator = '$(touch /tmp/x) "; import os; \\' OR note = '\`id\`'`,
  "sample.name = 'Ünïcode 🙂 %27 & | > <'",
  "operator != 'a\\nb' AND status != '!'",
];

/** Text of the page's lines, as a reader copies it. */
function linesOf(html: string): string[] {
  const pres = [...html.matchAll(/<pre[^>]*>(.*?)<\/pre>/gs)].map(([, text = '']) => text);
  const plain = pres.map((text) =>
    text.replace(
      /&(lt|gt|quot|#39|amp);/g,
      (_, name: string) => ({ lt: '<', gt: '>', quot: '"', '#39': "'", amp: '&' })[name]!,
    ),
  );
  return plain.filter((text) => /^(curl|import) /.test(text));
}

describe('the lines of a page for programs', () => {
  it('give the answer that the page shows', async () => {
    const [curl, python] = linesOf(await site.text(`/?where=${encodeURIComponent(FILTERS[0]!)}`));
    const { stdout } = await run('sh', ['-c', curl!]);
    const asked = await run('python3', ['-c', `${python}\nprint(json.dumps(answer))`]);
    const answer = JSON.parse(stdout) as { items: unknown[] };
    expect(answer.items.length).toBeGreaterThan(0);
    expect(JSON.parse(asked.stdout)).toEqual(answer);
  });

  it('contain the address and nothing else, for every filter', async () => {
    for (const where of FILTERS) {
      const page = new URL(`${site.address}/?where=x&lab=a'b`);
      const address = apiAddress(`/api/v1/runs?where=${encodeURIComponent(where)}`, page);
      expect(new URL(address).searchParams.get('where')).toBe(where);
      expect(new URL(address).searchParams.get('lab')).toBe("a'b");
      const echoed = await run('sh', ['-c', curlLine(address).replace('curl -sS', "printf '%s'")]);
      expect(echoed.stdout).toBe(address);
      const literal = pythonLines(address).replace(/answer = .*urlopen\((.*)\)\)$/s, "print($1, end='')");
      expect((await run('python3', ['-c', literal])).stdout).toBe(address);
    }
  });
});
