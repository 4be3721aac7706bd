/**
 * The checks of an installation's health. Each one passes, or reports what is wrong and what to do. Node only.
 * @module
 */

import { platform } from 'node:os';
import { describeElsewhere, type Places } from '../../options/places';
import { unservedLabs } from '../lab-rules';
import { instant } from '../words';
import { judgePlugins, judgeRules, judgeSetUp, judgeWorkers } from './capture';
import { judgeDataFlow } from './data-flow';
import type { Facts } from './facts';
import { type Finding, type Found, fail, type Health, ok, perSession, warn } from './finding';
import { judgeIdentity } from './identity';
import { judgeLinks } from './links';
import { judgeSpool } from './spool';

export type { Finding, Health } from './finding';

/** A disk with less free space counts as full: a store and a spool grow in steps of this size. */
const LEAST_FREE_BYTES = 1024 * 1024;

type Check = (facts: Facts) => Found | Found[];

const CHECKS: Readonly<Record<string, Check>> = {
  workers: judgeWorkers,
  'set-up': judgeSetUp,
  'other plugins': judgePlugins,
  'capture rules': judgeRules,

  schema({ identity, release_schema, location }) {
    if (identity.schema_version === release_schema) return ok(`revision ${release_schema}, this release's`);
    if (identity.schema_version > release_schema)
      return warn(
        `revision ${identity.schema_version} is newer than this release's ${release_schema}: upgrade temporal-provenance here`,
      );
    return warn(
      `revision ${identity.schema_version}, this release's is ${release_schema}: the next worker upgrades it, or run \`migrate --store ${location}\``,
    );
  },

  identity: judgeIdentity,

  'file system'({ file }) {
    if (!file) return ok('on the database server');
    const { kind, name } = file.file_system;
    if (kind === 'network')
      return fail(
        `${name} is a network file system, on which SQLite loses or duplicates records: move the store with \`migrate --to postgres://…\``,
      );
    if (kind === 'ephemeral')
      return warn(`${name} is lost with the machine or container: put the store on a volume`);
    return ok(name);
  },

  'disk space'({ free }) {
    const full = free.filter(({ bytes }) => bytes < LEAST_FREE_BYTES);
    if (full.length === 0) return ok(free.length > 0 ? 'sufficient' : 'on the database server');
    return full.map(({ folder, bytes }) =>
      fail(
        `the disk of ${folder} is full (${Math.floor(bytes / 1024)} KiB left): records wait, or are lost and counted; workers continue automatically when there is space`,
      ),
    );
  },

  'file modes'({ file }) {
    const open = platform() === 'win32' ? [] : (file?.modes.filter(({ mode }) => mode & 0o077) ?? []);
    if (open.length === 0) return ok(file ? 'only its owner can read it' : 'on the database server');
    const names = open.map(({ path, mode }) => `${path} has mode ${mode.toString(8)}`);
    return fail(`other users of this machine can read the store (${names.join(', ')}): run chmod 600`);
  },

  losses({ losses }) {
    if (losses.length === 0) return ok('none');
    const sum = losses.reduce((total, { count }) => total + count, 0);
    return [
      fail(`${sum} captures failed:`),
      ...losses.map(({ loss, count, last_time, detail }) =>
        fail(`${count} × ${loss}, last ${instant(last_time)}: ${detail}`),
      ),
    ];
  },

  spool: judgeSpool,

  'open runs'({ old_runs, counts }) {
    if (old_runs.count === 0) return ok(counts.open === 0 ? 'none' : `${counts.open}, none for over an hour`);
    const since = instant(old_runs.oldest_time!);
    return warn(
      `${old_runs.count}${old_runs.more ? ' or more' : ''} without a recorded end for over an hour, the oldest since ${since}: run \`reconcile\` to ask the server`,
    );
  },

  'code environment'({ sessions }) {
    return perSession(sessions, 'known for every worker', ({ session, environment }) => {
      if (session.capture?.environment === false) return [ok('not captured (environment: false)')];
      if (!environment) return [fail('no environment was captured')];
      const { reasons } = environment;
      return [
        ...MATTERS.filter(([field]) => field in reasons).map(([field, words]) =>
          warn(`${words} (${field}: ${reasons[field] ?? ''})`),
        ),
        ...(reasons['image.name'] === 'engine_permission' ? [warn(NO_ENGINE)] : []),
      ];
    });
  },

  'program folder'({ sessions }) {
    return perSession(sessions, 'same as the working directory', ({ session }) => {
      const places = session.detail.places as Places | undefined;
      const left = places && describeElsewhere(places);
      return left === undefined ? [] : [warn(left)];
    });
  },

  'workflow module'({ sessions }) {
    return perSession(sessions, 'in every bundle', ({ session: { capture } }) => {
      if (capture?.workflow_module !== false) return [];
      return [
        fail(
          'the workflow bundle was built without the plugin: use bundleWorkflowCode({ workflowsPath, plugins: [new ProvenancePlugin()] })',
        ),
      ];
    });
  },

  'data flow': judgeDataFlow,

  links: (facts) => judgeLinks(facts),

  lookup({ sessions }) {
    return perSession(sessions, 'on', ({ session: { capture } }) =>
      capture?.lookup === 'off'
        ? [
            warn(
              "capture.lookup is off: metadata of clients is missing for workflows without the plugin's module",
            ),
          ]
        : [],
    );
  },

  registration({ sessions }) {
    return perSession(sessions, 'once per worker', ({ session: { capture } }) => {
      if (!capture || capture.registered <= 1) return [];
      const words = `the plugin was registered ${capture.registered} times (on the connection and on the worker?)`;
      return [warn(`${words}: harmless, but once is enough`)];
    });
  },

  rules({ config, sessions, namespaces }) {
    const served = [
      ...sessions.flatMap(({ session }) => session.capture?.lab ?? []),
      ...namespaces.map(({ lab }) => lab),
    ];
    const unserved = unservedLabs(config?.values.labs, served);
    if (unserved.length === 0) return ok('`rules` shows them');
    return unserved.map((lab) =>
      warn(
        `${config!.path} has rules for lab ${lab}, but no worker of that lab has used this store (labs with workers: ${served.length > 0 ? [...new Set(served)].sort().join(', ') : 'none'})`,
      ),
    );
  },

  labs({ namespaces }) {
    const shared = namespaces.find(({ lab }) => lab === 'default');
    if (!shared || shared.namespaces.length < 2) return ok(`${namespaces.length} in use`);
    return warn(
      `namespaces ${shared.namespaces.join(', ')} share the lab 'default', its stash and its scan ids: set a separate lab for each (option lab)`,
    );
  },
};

/** Parts of an environment whose absence reduces the value of a run, and the consequence. */
const MATTERS: readonly (readonly [field: string, words: string])[] = [
  ['git.commit', 'the commit is not known'],
  ['git.worktree_tree', 'the state of the work tree is not known'],
  ['packages.npm.set', 'the package set is not known'],
  ['code.entry', 'the entry file is not known'],
  ['code.loaded', 'the content of some running code is not known; see env RUN'],
];

const NO_ENGINE =
  "the image is not known, because the worker's user may not use the container engine's socket (image.name: engine_permission): add the socket's group (docker run --group-add), or set PROVENANCE_IMAGE_REF";

/** All findings, in a fixed order. */
export function examine(facts: Facts): Finding[] {
  return Object.entries(CHECKS).flatMap(([check, run]) =>
    [run(facts)].flat().map((found) => ({ check, ...found })),
  );
}

/** The worst health of several findings. */
export function worstOf(findings: readonly Finding[]): Health {
  if (findings.some(({ health }) => health === 'fail')) return 'fail';
  return findings.some(({ health }) => health === 'warn') ? 'warn' : 'ok';
}
