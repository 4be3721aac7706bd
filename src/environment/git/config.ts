/**
 * Git's settings of remotes, as git reads them: git handles included files, comments and quotes. Node.
 * @module
 */
import { cleanRemote } from '../identity/withheld';
import { type RawPath, utf8Of } from './paths';

/** Settings by name (section and key in lower case, as git prints them), each with all of its values. */
export type GitConfig = ReadonlyMap<string, readonly string[]>;

/**
 * `core.bare` is in every repository. It makes the command print something, since one that prints nothing costs
 * 50 ms.
 */
export const READ_CONFIG = [
  'config',
  '-z',
  '--get-regexp',
  '^(core\\.(bare|autocrlf|eol|sparsecheckout|sparsecheckoutcone)|checkout\\.defaultremote|remote\\..*\\.url|branch\\..*\\.remote|url\\..*\\.insteadof)$',
];

/** Reads the output of `READ_CONFIG`: `<name>\n<value>\0`. */
export function parseConfig(output: RawPath): GitConfig {
  const config = new Map<string, string[]>();
  for (const record of output.split('\0')) {
    const end = record.indexOf('\n');
    const name = utf8Of(end < 0 ? record : record.slice(0, end));
    if (!name) continue;
    const value = end < 0 ? 'true' : (utf8Of(record.slice(end + 1)) ?? '');
    config.set(name, [...(config.get(name) ?? []), value]);
  }
  return config;
}

/** True for a setting that is on. The last value counts, as in git. */
export function isOn(config: GitConfig, name: string): boolean {
  return /^(true|yes|on|1)$/i.test(config.get(name)?.at(-1) ?? '');
}

/** Address of the repository, without credentials; `reason` if there is none that others can reach. */
export function addressOf(config: GitConfig, branch?: string): { address?: string; reason: string } {
  const url = remoteUrl(config, branch);
  if (url === undefined) return { reason: 'no_remote' };
  return { address: cleanRemote(expanded(config, url)), reason: 'local_remote' };
}

/** URL of the remote that the branch follows, else of `origin`, else of the first one. */
function remoteUrl(config: GitConfig, branch: string | undefined): string | undefined {
  const followed = branch === undefined ? undefined : config.get(`branch.${branch}.remote`)?.at(-1);
  const first = [...config.keys()].find((name) => /^remote\..*\.url$/s.test(name));
  for (const name of [followed, config.get('checkout.defaultremote')?.at(-1), 'origin']) {
    const url = name && config.get(`remote.${name}.url`)?.[0];
    if (url) return url;
    if (name && name === followed && /[:/]/.test(name)) return name; // A branch may follow an address.
  }
  return first && config.get(first)?.[0];
}

/**
 * Expands an abbreviation (`lab:scan.git`) as `url.<base>.insteadOf` defines it. A complete address is
 * unchanged, because people keep tokens in such bases.
 */
function expanded(config: GitConfig, url: string): string {
  if (/:\/\/|@/.test(url)) return url;
  const fitting = [...config].flatMap(([name, values]) =>
    values
      .filter((value) => /^url\..*\.insteadof$/s.test(name) && value !== '' && url.startsWith(value))
      .map((value) => ({ base: name.slice('url.'.length, -'.insteadof'.length), value })),
  );
  const [longest] = fitting.sort((a, b) => b.value.length - a.value.length);
  return longest ? longest.base + url.slice(longest.value.length) : url;
}
