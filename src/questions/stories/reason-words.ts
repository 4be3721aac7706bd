/**
 * The reasons why a fact of an environment is not known, in words. Node only.
 * @module
 */

const WORDS: Readonly<Record<string, string>> = {
  as_checked_out: 'all files have the line endings of a checkout',
  behind_link: 'it lies behind a link that took the place of tracked files',
  budget: 'the time for it was spent',
  build_file_stale: 'the build file describes other files than those that run',
  bundled_at_start: 'the workflows are bundled as the worker begins',
  changed_since_start: 'a file was written after the process began',
  complete: 'the checkout is complete',
  computed_import: 'code is loaded by a computed name',
  containerd_store: "the engine's store has no such digest",
  detached: 'no branch is checked out',
  files: "git could not read it: this was read from git's files",
  git_corrupt: 'git found the repository damaged',
  git_timeout: 'git did not answer in time',
  gone: 'a file that was loaded is not there any more',
  loader: 'a loader may change what is loaded',
  never_pushed: 'the image was never pushed to a registry',
  no_commits: 'the repository has no commit',
  no_engine_socket: 'the socket of a container engine is not there',
  no_layers: 'the engine names no layers',
  no_node_modules: 'there is no folder node_modules',
  no_remote: 'the repository has no remote',
  no_tag: 'no tag names the commit',
  no_upstream: 'the branch follows no other',
  none: 'there is none',
  not_compared: 'there was no time to compare it',
  not_configured: 'it was not asked for in the options',
  not_declared: 'the build file does not say it',
  not_found: 'it was not found',
  not_in_container: 'the worker did not run in a container',
  not_kept: 'there was no time to keep it',
  not_told: 'nobody told it',
  only_in_submodules: 'only submodules have changes',
  root: 'the worker runs at the root of the repository',
  too_large: 'it is too large to be kept',
  truncated: 'it was cut: there was more',
  unknown: 'it could not be told',
  unnamed: 'it has no name',
  unread: 'a text is no module: what it names is not known',
  unreadable: 'it may not be read',
  withheld: 'it holds a secret, and was left out',
};

/** The reason in words; for an unknown code, the code itself. */
export function reasonText(code: string): string {
  return Object.hasOwn(WORDS, code) ? WORDS[code]! : code.replaceAll('_', ' ');
}
