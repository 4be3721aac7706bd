/** The files to copy name only verbs, options, variables, ports and volumes that exist, and stop times that are long enough. */
import { describe, expect, it } from 'vitest';
import { parseAllDocuments, parseDocument } from 'yaml';
import { DATA } from '../../src/model/data-limits';
import { CLOSING, INDEXING } from '../../src/model/limits';
import { serveSchema } from '../../src/options/serve-options';
import { allFiles, defaultOf, fileOf, ownWords, pageOf, shellWords, units, usageFault } from './files';

// biome-ignore lint/suspicious/noExplicitAny: a tree that was read from YAML
type Tree = Record<string, any>;

const compose = parseDocument(fileOf('compose.yaml'), { merge: true });
const services: Tree = compose.toJS().services;
const manifests = parseAllDocuments(fileOf('kubernetes.yaml'));
const objects: Tree[] = manifests.map((document) => document.toJS());

const podOf = ({ spec }: Tree): Tree | undefined =>
  (spec?.jobTemplate?.spec ?? spec)?.template?.spec ?? undefined;
const pods = objects.flatMap((object) => podOf(object) ?? []);
const containers: Tree[] = pods.flatMap((pod) => pod.containers);
const named = (kind: string, name: string): Tree =>
  objects.find((object) => object.kind === kind && object.metadata.name === name)!;

/** `30 s`, `45s`, `'30 seconds'`. */
const secondsIn = (text: string, pattern: RegExp): number => Number(pattern.exec(text)?.[1]);

describe('YAML files', () => {
  it('parse without a warning', () => {
    const found = [compose, ...manifests, parseDocument(fileOf('alerts.yml'))].flatMap((document) => [
      ...document.errors,
      ...document.warnings,
    ]);
    expect(found).toEqual([]);
    expect(objects.map(({ kind }) => kind)).toEqual(
      expect.arrayContaining(['Secret', 'StatefulSet', 'Deployment', 'Service', 'CronJob']),
    );
  });
});

describe('commands', () => {
  const inUnits = units().flatMap((unit) =>
    [...fileOf(`systemd/${unit}`).matchAll(/^Exec\w+=(.*)$/gm)].map(([, line = '']) =>
      shellWords(line.replace(/^\/bin\/sh -c '(.*)'$/, '$1')),
    ),
  );
  const lists = [...Object.values(services), ...containers].flatMap(({ command }) =>
    command?.[0] === 'sh' ? [shellWords(command[2].replace(/^.*?do /, ''))] : command ? [command] : [],
  );
  const calls = [...inUnits, ...lists].flatMap((words) => {
    const own = ownWords(words);
    return own ? [own] : [];
  });

  it('have verbs and options that exist', () => {
    expect(new Set(calls.map(([verb]) => verb))).toEqual(
      new Set(['migrate', 'serve', 'reconcile', 'doctor', 'backup', 'prune']),
    );
    expect(calls.flatMap((words) => usageFault(words) ?? [])).toEqual([]);
  });

  it('are refused by the check if they are wrong', () => {
    expect(usageFault(['prune', '--older', '5y'])).toBe('prune: unknown --older 5y');
    expect(usageFault(['reconsile'])).toBe('no verb reconsile');
    expect(usageFault(['backup'])).toBe('backup: an argument is missing');
    expect(usageFault(['doctor', 'all'])).toBe('doctor: too many arguments');
  });

  it.each(['deployment', 'postgresql', 'monitoring', 'store', 'outages', 'privacy', 'upgrade', 'scale'])(
    'on the page %s have verbs and options that exist',
    (page) => {
      const blocks = [...pageOf(`guide/${page}.md`).matchAll(/^ *```sh\n([\s\S]*?)^ *```/gm)];
      const inBlocks = blocks.flatMap(([, block = '']) => block.replace(/\\\n/g, ' ').split('\n'));
      const inLines = [...pageOf(`guide/${page}.md`).matchAll(/`(temporal-provenance [^`]+)`/g)];
      const lines = [...inBlocks, ...inLines.map(([, line = '']) => line)];
      const own = lines.flatMap((line) => ownWords(shellWords(line)) ?? []).length;
      expect(own).toBeGreaterThan(0);
      const faults = lines.flatMap((line) => {
        const words = ownWords(shellWords(line));
        return words ? (usageFault(words) ?? []) : [];
      });
      expect(faults).toEqual([]);
    },
  );
});

describe('variables', () => {
  it('are those of the reference', () => {
    const known = pageOf('reference/options.md');
    const used = allFiles().flatMap((name) => fileOf(name).match(/\bPROVENANCE_[A-Z_]+\b/g) ?? []);
    expect(new Set(used).size).toBeGreaterThan(4);
    expect([...new Set(used)].filter((name) => !known.includes(`\`${name}\``))).toEqual([]);
  });
});

describe('the config file of serve', () => {
  it('has options that exist', async () => {
    const { z } = await import('zod');
    const text = named('Secret', 'provenance-serve').stringData['temporal-provenance.json'];
    const schema = serveSchema(z as never, z.string());
    expect(schema.safeParse(JSON.parse(text).serve).error?.issues).toBeUndefined();
  });
});

describe('stop times', () => {
  const page = pageOf('guide/deployment.md');
  const force = secondsIn(page, /shutdownForceTime: '(\d+) seconds'/);
  const plugin = secondsIn(page, /the plugin finishes \| (\d+) s at most/);

  it('give the plugin what its end may take', () => {
    expect(CLOSING.worker_ms + DATA.close_ms + INDEXING.end_ms).toBeLessThanOrEqual(1000 * plugin);
  });

  it('are longer than the force time of the worker and the time of the plugin', () => {
    expect(secondsIn(page, /shutdownGraceTime: '(\d+) seconds'/)).toBeLessThan(force);
    const times = [
      secondsIn(services.worker.stop_grace_period, /^(\d+)s$/),
      secondsIn(fileOf('systemd/provenance-worker.service'), /^TimeoutStopSec=(\d+)$/m),
      podOf(named('StatefulSet', 'provenance-worker'))!.terminationGracePeriodSeconds,
    ];
    expect(times.filter((time) => !(time > force + plugin))).toEqual([]);
  });
});

describe('ports', () => {
  it('are the default of serve, and one port for metrics', () => {
    const [serve] = podOf(named('Deployment', 'provenance-serve'))!.containers;
    const http = Number(defaultOf('serve', '--port'));
    expect(serve.ports[0].containerPort).toBe(http);
    expect(serve.command).toEqual(expect.arrayContaining(['--port', String(http)]));
    expect(named('Service', 'provenance-serve').spec.ports[0].port).toBe(http);
    expect(services.serve.ports).toEqual([`127.0.0.1:${http}:${http}`]);
    const metrics = secondsIn(fileOf('Dockerfile'), /^EXPOSE (\d+)$/m);
    const worker = named('StatefulSet', 'provenance-worker').spec.template;
    expect(worker.spec.containers[0].ports).toEqual([{ name: 'metrics', containerPort: metrics }]);
    expect(worker.metadata.annotations['prometheus.io/port']).toBe(String(metrics));
    expect(pageOf('guide/monitoring.md')).toContain(`bindAddress: '0.0.0.0:${metrics}'`);
  });
});

describe('Kubernetes', () => {
  it('mounts volumes that exist, and probes ports that exist', () => {
    for (const object of objects) {
      const pod = podOf(object);
      if (!pod) continue;
      const claims: Tree[] = object.spec.volumeClaimTemplates ?? [];
      const volumes = [...pod.volumes, ...claims.map(({ metadata }) => metadata)].map(({ name }) => name);
      for (const { volumeMounts, ports = [], ...probes } of pod.containers as Tree[]) {
        expect(volumeMounts.filter(({ name }: Tree) => !volumes.includes(name))).toEqual([]);
        const probed = ['startupProbe', 'livenessProbe', 'readinessProbe'].flatMap((name) => {
          const probe = probes[name];
          return probe ? [(probe.httpGet ?? probe.tcpSocket).port] : [];
        });
        const known = ports.map(({ name }: Tree) => name);
        expect(probed.filter((port) => !known.includes(port))).toEqual([]);
      }
    }
  });

  it('has each password as a key of the Secret, in the file that the variable names', () => {
    const keys = Object.keys(named('Secret', 'provenance-store').stringData);
    for (const {
      containers: [container],
      volumes,
    } of pods) {
      const mounted = volumes.find(({ name }: Tree) => name === 'password').secret;
      expect(mounted.secretName).toBe('provenance-store');
      const [{ key, path }] = mounted.items;
      expect(keys).toContain(key);
      const { mountPath } = container.volumeMounts.find(({ name }: Tree) => name === 'password');
      const variable = container.env.find(({ name }: Tree) => name === 'PROVENANCE_STORE_PASSWORD_FILE');
      expect(variable.value).toBe(`${mountPath}/${path}`);
    }
  });

  it('runs as a user without rights, on a read-only root', () => {
    for (const pod of pods)
      expect(pod.securityContext).toMatchObject({ runAsNonRoot: true, runAsUser: 1000 });
    for (const { securityContext } of containers)
      expect(securityContext).toEqual({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      });
  });

  it('has labels that its selectors find', () => {
    for (const { spec } of objects.filter(({ kind }) => ['StatefulSet', 'Deployment'].includes(kind)))
      expect(spec.template.metadata.labels).toEqual(spec.selector.matchLabels);
    expect(named('Service', 'provenance-serve').spec.selector).toEqual(
      named('Deployment', 'provenance-serve').spec.selector.matchLabels,
    );
  });

  it('keeps the spool of each pod on a volume of its own', () => {
    const [container] = podOf(named('StatefulSet', 'provenance-worker'))!.containers;
    const spool = container.env.find(({ name }: Tree) => name === 'PROVENANCE_SPOOL').value;
    const { name } = container.volumeMounts.find(({ mountPath }: Tree) => spool.startsWith(`${mountPath}/`));
    const [claim] = named('StatefulSet', 'provenance-worker').spec.volumeClaimTemplates;
    expect(claim.metadata.name).toBe(name);
  });
});

describe('systemd', () => {
  it('has a service for each timer', () => {
    const services = units().filter((name) => name.endsWith('.service'));
    const timers = units().filter((name) => name.endsWith('.timer'));
    expect(timers.length).toBeGreaterThan(2);
    expect(timers.filter((name) => !services.includes(name.replace('.timer', '.service')))).toEqual([]);
  });

  it('has state folders for what its commands write', () => {
    for (const unit of units().filter((name) => name.endsWith('.service'))) {
      const text = fileOf(`systemd/${unit}`);
      const folders = /^StateDirectory=(.*)$/m.exec(text)?.[1]?.split(' ') ?? [];
      const written = [...`${text}\n${fileOf('systemd/provenance.env')}`.matchAll(/\/var\/lib\/([\w-]+)/g)];
      expect(written.map(([, name]) => name).filter((name) => !folders.includes(name!))).toEqual([]);
    }
  });
});
