/** The address of a repository is what git makes of its configuration, with git and without. */
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { capture, git, gitFacts, removeFolders, repository, temporaryFolder, write } from './repository';

afterEach(() => {
  vi.unstubAllEnvs();
  removeFolders();
});

const URL_IN_FULL = 'https://example.org/lab/scan.git';
const CORE = '[core]\n\trepositoryformatversion = 0\n\tbare = false\n';
const BRANCH = '[branch "main"]\n\tremote = upstream\n\tmerge = refs/heads/main\n';

/** Configurations with the address that is right; each is read by git, and from the file where git is missing. */
const CONFIGURATIONS: [string, string, string | undefined][] = [
  ['line ends of Windows', `${CORE}[remote "origin"]\r\n\turl = ${URL_IN_FULL}\r\n`, URL_IN_FULL],
  [
    'a comment after the section',
    `${CORE}[remote "origin"] # the lab's\n\turl = ${URL_IN_FULL}\n`,
    URL_IN_FULL,
  ],
  ['a comment after the address', `${CORE}[remote "origin"]\n\turl = ${URL_IN_FULL} # mirror\n`, URL_IN_FULL],
  ['a value on the line of the section', `${CORE}[remote "origin"] url = ${URL_IN_FULL}\n`, URL_IN_FULL],
  ['quotes', `${CORE}[remote "origin"]\n\turl = "${URL_IN_FULL}" ; quoted\n`, URL_IN_FULL],
  ['other letters and no white space', `${CORE}[REMOTE "origin"]\nURL=${URL_IN_FULL}\n`, URL_IN_FULL],
  [
    'a comment that looks like a remote',
    `${CORE}[remote "origin"]\n\t# url = x\n\turl = ${URL_IN_FULL}\n`,
    URL_IN_FULL,
  ],
  ['a remote of another name', `${CORE}[remote "lab"]\n\turl = ${URL_IN_FULL}\n`, URL_IN_FULL],
  [
    'a branch that follows another remote',
    `${CORE}[remote "origin"]\n\turl = https://example.org/mine.git\n[remote "upstream"]\n\turl = ${URL_IN_FULL}\n${BRANCH}`,
    URL_IN_FULL,
  ],
  ['a branch that follows an address', `${CORE}[branch "main"]\n\tremote = ${URL_IN_FULL}\n`, URL_IN_FULL],
  [
    'an address over SSH',
    `${CORE}[remote "origin"]\n\turl = ssh://git@example.org:22/scan.git\n`,
    'ssh://git@example.org:22/scan.git',
  ],
  [
    'the short form',
    `${CORE}[remote "origin"]\n\turl = git@example.org:lab/scan.git\n`,
    'git@example.org:lab/scan.git',
  ],
  [
    'a login of a person',
    `${CORE}[remote "origin"]\n\turl = ssh://ada:pw@example.org/scan.git\n`,
    'ssh://example.org/scan.git',
  ],
  [
    'two addresses',
    `${CORE}[remote "origin"]\n\turl = ${URL_IN_FULL}\n\turl = https://b.org/x.git\n`,
    URL_IN_FULL,
  ],
  [
    'an abbreviation',
    `${CORE}[url "https://example.org/"]\n\tinsteadOf = lab:\n[url "https://example.org/no/"]\n\tinsteadOf = la\n[remote "origin"]\n\turl = lab:lab/scan.git\n`,
    URL_IN_FULL,
  ],
  ['a folder on this machine', `${CORE}[remote "origin"]\n\turl = /srv/scan.git\n`, undefined],
];

describe('the address of a repository', () => {
  it.each(CONFIGURATIONS)('is what git reports for %s', async (_, config, expected) => {
    const folder = repository();
    writeFileSync(join(folder, '.git/config'), config);
    const captured = await capture(folder);
    expect(gitFacts(captured).source).toBe('live');
    expect(gitFacts(captured).repository).toBe(expected);
    vi.stubEnv('PATH', temporaryFolder());
    const without = await capture(folder);
    expect(gitFacts(without)).toMatchObject({ source: 'files' });
    expect(gitFacts(without).repository).toBe(expected);
    if (!expected) expect(captured.environment.reasons['git.repository']).toBe('local_remote');
  });

  it('is found in an included file; without git, the included files are mentioned', async () => {
    const folder = repository();
    git(folder, 'remote', 'remove', 'origin');
    write(folder, { '.git/lab.inc': `[remote "origin"]\n\turl = ${URL_IN_FULL}\n` });
    appendFileSync(join(folder, '.git/config'), '[include]\n\tpath = lab.inc\n');
    expect(gitFacts(await capture(folder)).repository).toBe(URL_IN_FULL);
    vi.stubEnv('PATH', temporaryFolder());
    const { environment } = await capture(folder);
    expect(environment.reasons['git.repository']).toBe('git_config_includes');
  });

  it('of a detached head is that of origin, not of the first remote', async () => {
    const folder = repository();
    git(folder, 'remote', 'remove', 'origin');
    git(folder, 'remote', 'add', 'backup', 'https://example.org/backup.git');
    git(folder, 'remote', 'add', 'origin', URL_IN_FULL);
    git(folder, 'checkout', '--quiet', '--detach');
    expect(readFileSync(join(folder, '.git/config'), 'utf8')).toMatch(/backup[\s\S]*origin/);
    expect(gitFacts(await capture(folder)).repository).toBe(URL_IN_FULL);
  });
});
