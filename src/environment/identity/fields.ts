/**
 * Every field of an environment, as one table: which of the two identities it belongs to, and which probe answers for
 * it. Whatever is not identity is kept beside it, as detail. Node.
 *
 * - `code`: in the environment id and in the code id (needs no Docker engine, the same inside and outside an image)
 * - `environment`: in the environment id only (what the code runs on)
 * - `detail`: in neither (branch, remote, names and digests as found, …)
 * @module
 */

/**
 * Every field of an environment with its part: `environment` and `code` are identity (`code` of both ids), `detail`
 * is kept beside it.
 */
export const FIELDS = {
  // See docs/decisions/0006.
  /** URL of the remote that the branch follows, else of `origin`, without credentials. Git, build file, variables. */
  'git.repository': 'detail',
  /** Commit that is checked out. */
  'git.commit': 'code',
  /** Tree of that commit. */
  'git.tree': 'detail',
  /** Tree of the tracked files as they are on disk; equal to `git.tree` when nothing is changed. */
  'git.worktree_tree': 'code',
  /** Whether a tracked file differs from the commit on disk, in submodules as well. */
  'git.dirty': 'detail',
  /** Changed paths with their state, ≤ 1000. */
  'git.changed': 'detail',
  /** Digest of the kept patch (`git apply`) from the commit to `git.worktree_tree`. */
  'git.patch': 'detail',
  /** Code files that git doesn't track: path, mode, sha256. Their contents are kept. */
  'git.untracked_code': 'code',
  /** Number of untracked entries of any kind (a folder counts once). */
  'git.untracked_count': 'detail',
  /** Folder of the worker inside the repository, and the tree of that folder in the commit (monorepos). */
  'git.subdir': 'environment',
  'git.subtree': 'detail',
  'git.branch': 'detail',
  'git.tag': 'detail',
  'git.upstream': 'detail',
  'git.ahead': 'detail',
  /** Whether the commit is on a remote branch that this clone knows of. */
  'git.pushed': 'detail',
  'git.shallow': 'detail',
  /** Of a sparse checkout: its patterns, and how many files it leaves out. */
  'git.sparse': 'detail',
  /** `core.autocrlf` and `core.eol`: how a checkout writes line endings. */
  'git.conversion': 'detail',
  /** Files whose line endings on disk are not those of a checkout: path, eol. */
  'git.line_endings': 'code',
  /** Submodules at every depth: path, state, commit, worktree_tree, untracked_code. */
  'git.submodules': 'code',
  /** Clones inside the repository that are no submodules: the same. */
  'git.clones': 'code',
  /** Of submodules and clones: path, kind, repository, tree, dirty, pushed, patch, and why something is not known. */
  'git.repositories': 'detail',
  /** How git's facts were had: `live`, `files`, `build_file`, `variables`. */
  'git.source': 'detail',
  /** Files that the process was started from, and those configured: path, sha256. */
  'code.entry': 'code',
  /** Name and version of the npm package that the program belongs to, as its `package.json` says. */
  'code.package': 'detail',
  /** Workflow bundle of the worker, without its source map. */
  'code.workflow_bundle': 'environment',
  /**
   * What runs and git does not hold: files that are loaded, or reached from the entry, outside of `node_modules`, as the digest
   * of a kept list of paths with their sha256.
   */
  'code.loaded': 'code',
  /** Files that were looked at for it, those that git holds included. */
  'code.loaded_files': 'detail',
  /** Files on that list, and the bytes of them that are kept by content. */
  'code.kept_files': 'detail',
  'code.kept_bytes': 'detail',
  /** Where that list may not be whole: reason and place (computed imports, loaders, what was not compared), ≤ 50. */
  'code.inexact': 'detail',
  /** The same of the worker's workflow sources. */
  'code.workflows': 'code',
  /** Temporal plugins, interceptors, data converter and codec. */
  'code.plugins': 'code',
  'packages.npm.set': 'code',
  'packages.npm.manager': 'detail',
  'packages.npm.count': 'detail',
  'packages.npm.source': 'detail',
  'packages.npm.lockfile': 'detail',
  'packages.npm.installed_lock': 'detail',
  /** Packages linked into `node_modules` from elsewhere: name, version, commit. Their code counts in the set. */
  'packages.npm.links': 'detail',
  'packages.python': 'environment',
  'packages.os.set': 'environment',
  'packages.os.type': 'detail',
  'packages.os.count': 'detail',
  'os.platform': 'environment',
  'os.arch': 'environment',
  'os.id': 'environment',
  'os.version_id': 'environment',
  'os.libc': 'environment',
  'os.libc_version': 'environment',
  'runtime.name': 'environment',
  'runtime.version': 'code',
  'runtime.v8': 'environment',
  'runtime.openssl': 'environment',
  'runtime.modules': 'environment',
  /** Flags of the process (`--max-old-space-size=…`), without values that may hold a secret. */
  'runtime.exec_argv': 'environment',
  /** Environment variables named by the allow-list. */
  variables: 'detail',
  /** Name as deployed, e.g. `registry/scan:1.4`. */
  'image.name': 'detail',
  'image.tag': 'detail',
  /** Digest of the image's configuration. */
  'image.config_digest': 'detail',
  /** Digest of the manifest, as this engine or orchestrator knows it. */
  'image.manifest_digest': 'detail',
  /** `repository@sha256:…`, sorted. What may be pulled; `image.registry_confirmed` says whether it was seen there. */
  'image.repo_digests': 'detail',
  'image.registry_confirmed': 'detail',
  /** Of the uncompressed layers: the same in every image store. */
  'image.layers': 'environment',
  'image.labels': 'detail',
  /** `classic` or `containerd`: what the engine's image id means depends on it. */
  'image.store': 'detail',
  'image.engine': 'detail',
  /** How the image's facts were had: `engine`, `kubernetes`, `variables`. */
  'image.source': 'detail',
  /** Whether the container that was asked about was shown to be this one: `file`, `command`, `cgroup`. */
  'image.container_verified': 'detail',
} as const satisfies Record<string, 'code' | 'environment' | 'detail'>;

/** Name of a field of an environment. */
export type Field = keyof typeof FIELDS;

/** Version of this table; part of every identity, so that a change of meaning changes the ids. */
export const ENVIRONMENT_SCHEMA = 1;
