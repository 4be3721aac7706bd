/**
 * The reasons why a fact of an environment is not known, in words. Node only.
 * @module
 */

const WORDS: Readonly<Record<string, string>> = {
  as_checked_out: 'all files have the line endings of a checkout',
  behind_link: 'it is behind a link that replaced tracked files',
  budget: 'the time limit was reached',
  build_file_stale: 'the build file describes other files than those that run',
  bundled_at_start: 'the workflows are bundled when the worker starts',
  changed_since_start: 'a file was written after the process started',
  complete: 'the checkout is complete',
  computed_import: 'code is imported by a computed name',
  containerd_store: "the engine's store has no such digest",
  detached: 'no branch is checked out',
  files: "git could not read it; it was read from git's files",
  git_corrupt: 'git found the repository damaged',
  git_timeout: 'git did not answer in time',
  gone: 'a loaded file no longer exists',
  loader: 'a loader may change what is loaded',
  never_pushed: 'the image was never pushed to a registry',
  no_commits: 'the repository has no commit',
  no_engine_socket: 'there is no socket of a container engine',
  no_layers: 'the engine reports no layers',
  no_node_modules: 'there is no folder node_modules',
  no_remote: 'the repository has no remote',
  no_tag: 'no tag names the commit',
  no_upstream: 'the branch has no upstream',
  none: 'there is none',
  not_compared: 'there was no time to compare it',
  not_configured: 'it is not enabled in the options',
  not_declared: 'the build file does not contain it',
  not_found: 'it was not found',
  not_in_container: 'the worker did not run in a container',
  not_kept: 'there was no time to keep it',
  not_told: 'it was not provided',
  only_in_submodules: 'only submodules have changes',
  root: 'the worker runs at the root of the repository',
  too_large: 'it is too large to keep',
  truncated: 'it was cut',
  unknown: 'it could not be determined',
  unnamed: 'it has no name',
  unread: 'the text is not a module, so its imports are unknown',
  unreadable: 'it cannot be read',
  withheld: 'it contains a secret and was omitted',
};

/** The reason in words; for an unknown code, the code itself. */
export function reasonText(code: string): string {
  return Object.hasOwn(WORDS, code) ? WORDS[code]! : code.replaceAll('_', ' ');
}
