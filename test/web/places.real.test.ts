/** The pages of a lab's stash, rules, workers and health say what the command line says. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { call } from '../cli/laboratory';
import { startSite, type TestSite } from './site-kit';
import { startWorld, WORLD } from './world';

let site: TestSite;
let empty: TestSite;
beforeAll(async () => {
  [site, empty] = [await startWorld(), await startSite()];
});
afterAll(async () => {
  await site?.close();
  await empty?.close();
});

const asked = (...argv: string[]) => call([...argv, '--store', site.store], { cwd: '/' });

/** What a reader sees, without markup. */
function textOf(html: string): string {
  return html
    .replace(/<[^>]+>/g, ' ')
    .replace(
      /&(lt|gt|quot|amp|#39);/g,
      (_, name) => ({ lt: '<', gt: '>', quot: '"', amp: '&' })[name as 'lt'] ?? "'",
    )
    .replace(/\s+/g, ' ');
}

describe('the stash', () => {
  it('shows what stash get shows, with who set it', async () => {
    const [values] = (await asked('stash', 'get', '--json')).json();
    const { scan_id, ...held } = values!;
    const answer = await site.json<{ scan_id: number; values: { key: string; value: unknown }[] }>(
      '/api/v1/stash',
    );
    expect(Object.fromEntries(answer.values.map(({ key, value }) => [key, value]))).toEqual(held);
    expect(answer.scan_id).toBe(scan_id);
    const page = textOf(await site.text('/stash'));
    expect(page).toContain('Stash of lab default');
    expect(page).toContain('bob@beamline-7');
    expect(page).toContain('temporal-provenance stash set operator Ada');
  });

  it('is that of the lab in the address', async () => {
    const page = textOf(await site.text(`/stash?lab=${WORLD.lab}`));
    expect(page).toContain('Stash of lab north');
    expect(page).toContain('ליזר <b>🙂</b>');
    expect(page).toContain('stash set operator Ada --lab north');
  });

  it('has a history that continues on the next page', async () => {
    const first = await site.json<{ items: { version: number }[]; next: string }>(
      '/api/v1/stash/history?limit=2',
    );
    const rest = await site.json<typeof first>(`/api/v1/stash/history?limit=9&after=${first.next}`);
    expect([...first.items, ...rest.items].map(({ version }) => version)).toEqual([5, 4, 3, 2, 1]);
  });

  it('refuses an invalid time, and says how to write one', async () => {
    const response = await site.get('/stash?at=yesterday');
    expect(response.status).toBe(400);
    expect(textOf(await response.text())).toMatch(/'yesterday' is not a time\. Write it as '2026-11-01'/);
  });

  it('says what to do if it is empty', async () => {
    expect(textOf(await empty.text('/stash'))).toContain('The stash is empty.');
  });
});

describe('the rules', () => {
  it('are shown in the words of the verb rules', async () => {
    const page = textOf(await site.text('/rules'));
    for (const words of [
      'required, string, pattern ^(Au|Ni), (as on the label)',
      'number, maximum 5',
      'Validator approvedByTheBoard: a function; its code is in the environment of the runs.',
      'Before: trimSpaces may rewrite the metadata.',
      'A run that breaks a rule is refused, and its activity is retried in 30 s.',
      'No rules: every run is accepted.',
    ])
      expect(page).toContain(words);
    expect((await asked('rules')).out).toContain('required, string, pattern ^(Au|Ni), (as on the label)');
  });

  it('name the last refusals', async () => {
    const { refused } = await site.json<{ refused: { status: string }[] }>('/api/v1/rules');
    expect(refused.map(({ status }) => status)).toEqual(['refused', 'waiting', 'refused']);
  });

  it('say where they are set if no worker has run', async () => {
    expect(textOf(await empty.text('/rules'))).toContain('No worker of this lab has used this store yet.');
  });
});

describe('the workers', () => {
  it('are their sessions, the last to begin first, of one lab if the address names it', async () => {
    type Answer = { workers: { session: { session_id: string }; open: boolean }[] };
    const all = await site.json<Answer>('/api/v1/workers');
    expect(all.workers.map(({ session, open }) => [session.session_id, open])).toEqual([
      ['session-1', true],
      ['world-north', true],
      ['world-alive', true],
      ['world-ended', false],
    ]);
    const north = await site.json<Answer>(`/api/v1/workers?lab=${WORLD.lab}`);
    expect(north.workers.map(({ session }) => session.session_id)).toEqual(['world-north']);
  });

  it('have a page each, with the resources of their runs', async () => {
    const page = textOf(await site.text('/workers/world-ended'));
    expect(page).toMatch(/runs .*code time .*peak memory/);
    expect(page).toContain('user ada');
    expect((await site.get('/workers/nobody')).status).toBe(404);
  });

  it('that are missing are reported with what to do', async () => {
    expect(textOf(await empty.text('/workers'))).toContain('plugins: [new ProvenancePlugin()]');
  });
});

describe('health', () => {
  it('has the findings of doctor in its order and words', async () => {
    const [told] = (await asked('doctor', '--json')).json() as [
      { findings: unknown; health: string; summary: string },
    ];
    const answer = await site.json<typeof told>('/api/v1/health');
    expect(answer).toMatchObject({ findings: told.findings, health: told.health, summary: told.summary });
    const page = textOf(await site.text('/health'));
    expect(page).toContain('1 check fails.');
    expect(page).toContain('the spool has no room <b>left</b>');
  });

  it('reads sizes only on request', async () => {
    expect(textOf(await site.text('/health'))).toContain('Measure now');
    const page = textOf(await site.text('/health?sizes=true'));
    expect(page).toContain('metadata');
    expect(page).toMatch(/It grows by|No growth/);
  });

  it('says of a new store that nothing is captured', async () => {
    expect(textOf(await empty.text('/health'))).toContain('Nothing is captured yet.');
  });
});
