/**
 * All fields of an environment in one table: the identity to which each belongs, and the probe that reads it. A
 * field that is not identity is kept with it, as detail. Node.
 *
 * - `code`: in the environment id and in the code id (needs no Docker engine, the same inside and outside an
 *   image)
 * - `environment`: in the environment id only (what the code runs on)
 * - `detail`: in neither (branch, remote, names and digests as found, …)
 * @module
 */

/**
 * All fields of an environment. `environment` and `code` are identity (`code` of both ids); `detail` is not.
 */
export const FIELDS = {
  // See docs/decisions/0006.
  /**
   * URL of the remote that the branch follows, else of `origin`, without credentials. From git, build file or
   * variables.
   */
  'git.repository': 'detail',
  /** Commit that is checked out. */
  'git.commit': 'code',
  /** Tree of that commit. */
  'git.tree': 'detail',
  /** Tree of the tracked files on disk; equal to `git.tree` if nothing is changed. */
  'git.worktree_tree': 'code',
  /** True if a tracked file on disk differs from the commit, also in submodules. */
  'git.dirty': 'detail',
  /** Changed paths with their state, ≤ 1000. */
  'git.changed': 'detail',
  /** Digest of the kept patch (`git apply`) from the commit to `git.worktree_tree`. */
  'git.patch': 'detail',
  /** Code files that git does not track: path, mode, sha256. Their contents are kept. */
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
  /** True if the commit is on a remote branch that this clone knows. */
  'git.pushed': 'detail',
  'git.shallow': 'detail',
  /** A sparse checkout: its patterns, and how many files it leaves out. */
  'git.sparse': 'detail',
  /** `core.autocrlf` and `core.eol`: how a checkout writes line endings. */
  'git.conversion': 'detail',
  /** Files whose line endings on disk are not those of a checkout: path, eol. */
  'git.line_endings': 'code',
  /** Submodules at every depth: path, state, commit, worktree_tree, untracked_code. */
  'git.submodules': 'code',
  /** Clones inside the repository that are not submodules, with the facts of submodules. */
  'git.clones': 'code',
  /**
   * Submodules and clones: path, kind, repository, tree, dirty, pushed, patch, and why something is not known.
   */
  'git.repositories': 'detail',
  /** Source of git's facts: `live`, `files`, `build_file`, `variables`. */
  'git.source': 'detail',
  /** The files that started the process, and those configured: path, sha256. */
  'code.entry': 'code',
  /** Name and version of the program's npm package, from its `package.json`. */
  'code.package': 'detail',
  /** Workflow bundle of the worker, without its source map. */
  'code.workflow_bundle': 'environment',
  /**
   * Code that runs and git does not hold: files that are loaded, or reached from the entry, outside
   * `node_modules`. The value is the digest of a kept list of paths with their sha256.
   */
  'code.loaded': 'code',
  /** Number of files that were examined for `code.loaded`, including those that git holds. */
  'code.loaded_files': 'detail',
  /** Number of files on the list of `code.loaded`, and the bytes of them that are kept by content. */
  'code.kept_files': 'detail',
  'code.kept_bytes': 'detail',
  /**
   * Places where the list of `code.loaded` may be incomplete: reason and place (computed imports, loaders,
   * files not compared), ≤ 50.
   */
  'code.inexact': 'detail',
  /** As `code.loaded`, for the worker's workflow sources. */
  'code.workflows': 'code',
  /** Temporal plugins, interceptors, data converter and codec. */
  'code.plugins': 'code',
  'packages.npm.set': 'code',
  'packages.npm.manager': 'detail',
  'packages.npm.count': 'detail',
  'packages.npm.source': 'detail',
  'packages.npm.lockfile': 'detail',
  'packages.npm.installed_lock': 'detail',
  /** Packages linked into `node_modules` from elsewhere: name, version, commit. The set includes their code. */
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
  /** Digest of the manifest, as this engine or orchestrator reports it. */
  'image.manifest_digest': 'detail',
  /**
   * `repository@sha256:…`, sorted: references that can be pulled. `image.registry_confirmed` says whether the
   * registry confirmed them.
   */
  'image.repo_digests': 'detail',
  'image.registry_confirmed': 'detail',
  /** Digests of the uncompressed layers: the same in every image store. */
  'image.layers': 'environment',
  'image.labels': 'detail',
  /** `classic` or `containerd`: the meaning of the engine's image id depends on it. */
  'image.store': 'detail',
  'image.engine': 'detail',
  /** Source of the image's facts: `engine`, `kubernetes`, `variables`. */
  'image.source': 'detail',
  /** How the inspected container was confirmed to be this one: `file`, `command`, `cgroup`. */
  'image.container_verified': 'detail',
} as const satisfies Record<string, 'code' | 'environment' | 'detail'>;

/** Name of a field of an environment. */
export type Field = keyof typeof FIELDS;

/** Version of this table. It is part of every identity, so that a change of meaning changes the ids. */
export const ENVIRONMENT_SCHEMA = 1;
