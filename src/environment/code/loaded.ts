/**
 * The probe of the code that runs: what the process has loaded and what its entry files reach, without
 * installed packages. The hash of git's work tree covers what git tracks. The rest (a built `lib/`, linked
 * packages, nested clones) is recorded by content. Node.
 * @module
 */
import { resolve } from 'node:path';
import type { Findings, Probe } from '../findings';
import type { Field } from '../identity/fields';
import { isInstalled, programOf, realPath } from '../program/program';
import { type Holders, type NamedFile, nameFiles } from './held';
import { gravestReason, type Inexact, namedPlaces } from './inexact';
import { noteCompared } from './later';
import { preloadedModules, requireHooks } from './loaders';
import { loadedModules } from './modules';
import { KEPT_BYTES, recordUnheld } from './record';
import { walkCode } from './walk';

const FIELDS: readonly Field[] = [
  'code.loaded',
  'code.loaded_files',
  'code.kept_files',
  'code.kept_bytes',
  'code.inexact',
];

interface LoadedOptions {
  /** Folder of the code, if the lab names it. */
  cwd?: string;
  /** Further entry files, relative to the folder of the code. */
  entry?: readonly string[];
}

/** The probe. Lists what is loaded now, before the capture loads more. */
export function loadedProbe({ cwd, entry = [] }: LoadedOptions, holders: Holders): Probe {
  const loaded = loadedModules();
  return {
    fields: FIELDS,
    async run(context, findings) {
      const preloaded = preloadedModules(process.execArgv, context.env.NODE_OPTIONS);
      const started = [...loaded, ...preloaded.flatMap(asFile), ...entryFile()];
      const given = entry.map((path) => realPath(resolve(context.cwd, path)));
      const files = await walkCode(new Set([...started, ...given]), context.deadline);
      noteCompared([...loaded, ...files.map(({ path }) => path)]);
      const named = await nameFiles(files, context, holders);
      const recorded = await recordUnheld(named, KEPT_BYTES, context, holders, findings);
      const inexact = [
        ...recorded.inexact,
        ...(started.length > 0 ? loaders(preloaded, findings) : []),
        ...runner(cwd),
        ...uncertain(named, new Set(loaded)),
      ];
      findings.found('code.loaded', recorded.manifest);
      findings.found('code.loaded_files', files.length);
      findings.found('code.kept_files', recorded.count);
      findings.found('code.kept_bytes', recorded.kept_bytes);
      findings.take('code.inexact', inexact.length > 0 ? namedPlaces(inexact) : undefined, 'none');
      const reason = gravestReason(inexact);
      if (reason) findings.remark('code.loaded', reason);
    },
  };
}

function entryFile(): string[] {
  const { entry } = programOf();
  return entry === undefined ? [] : [entry];
}

/** A preloaded module that is a path. Node resolves it against the working directory. */
function asFile(name: string): string[] {
  return /^(\.{1,2}\/|\/)/.test(name) && !isInstalled(resolve(name)) ? [resolve(name)] : [];
}

/**
 * A test runner loads code in its own ways. But if an option names the folder, that folder is used, also under
 * a test runner.
 */
function runner(folder: string | undefined): Inexact[] {
  const { tool } = programOf();
  return tool === undefined || folder !== undefined ? [] : [{ reason: 'loader', where: tool }];
}

function loaders(preloaded: readonly string[], findings: Findings): Inexact[] {
  const hooks = requireHooks().map((extension) => `require of ${extension}`);
  const names = [...findings.masking.value([...preloaded]), ...hooks];
  return names.map((where) => ({ reason: 'loader', where }));
}

/**
 * Files whose text does not show all that they load, and files that were written after they may have been
 * loaded.
 */
function uncertain(files: readonly NamedFile[], loaded: ReadonlySet<string>): Inexact[] {
  const start = performance.timeOrigin;
  return files.flatMap(({ name, file: { path, scan, mtime_ms } }): Inexact[] => {
    const found: Inexact[] = [];
    if (scan.computed) found.push({ reason: 'computed_import', where: `${name}:${scan.computed.line}` });
    if (scan.unread) found.push({ reason: 'unread', where: name });
    if (loaded.has(path) && mtime_ms > start) found.push({ reason: 'changed_since_start', where: name });
    return found;
  });
}
