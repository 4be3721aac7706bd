/** Metrics of the code, of the reference, of the alert rules and of the dashboard are the same. */
import { parser } from '@prometheus-io/lezer-promql';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { QUEUE, SPOOL } from '../../src/model/limits';
import { Instruments, type Meter } from '../../src/record/reports/meter';
import { fileOf, pageOf } from './files';

/** Type and unit of each instrument that the code creates, by name. */
function instruments(): Map<string, string> {
  const created = new Map<string, string>();
  const meter: Meter = {
    createCounter(name) {
      created.set(name, 'counter');
      return { add: () => undefined };
    },
    createHistogram(name, _type, unit) {
      created.set(name, `histogram ${unit}`);
      return { record: () => undefined };
    },
    createGauge(name, _type, unit) {
      created.set(name, `gauge ${unit}`);
      return { set: () => undefined };
    },
  };
  new Instruments(meter);
  return created;
}

const made = instruments();
const reference = pageOf('reference/metrics.md');

/** The metric of a series: of a histogram there are three. */
const metricOf = (series: string): string => series.replace(/_(bucket|sum|count)$/, '');

interface Rule {
  alert: string;
  expr: string;
}
const rules: Rule[] = parse(fileOf('alerts.yml')).groups.flatMap(({ rules }: { rules: Rule[] }) => rules);
const dashboard = JSON.parse(fileOf('grafana-dashboard.json'));
const panels: { id: number; title: string; description: string; targets: { expr: string }[] }[] =
  dashboard.panels;
const queries = panels.flatMap(({ targets }) => targets.map(({ expr }) => expr));

/** Places that are no PromQL. A variable of Grafana stands for a duration. */
function faultsOf(query: string): string[] {
  const text = query.replaceAll('$__rate_interval', '5m');
  const faults: string[] = [];
  parser.parse(text).iterate({
    enter: ({ type, from, to }) => {
      if (type.isError) faults.push(`${text.slice(Math.max(0, from - 20), to + 20)} at ${from}`);
    },
  });
  return faults;
}

const ours = (text: string): string[] => text.match(/temporal_provenance_\w+/g) ?? [];

describe('the reference of metrics', () => {
  it('has each metric of the code with its type and unit, and no other', () => {
    const rows = [...reference.matchAll(/^\| `(temporal_provenance_\w+)` \| (\w+) \| (\w+) \|/gm)];
    const listed = new Map(rows.map(([, name = '', type, unit]) => [name, { type, unit }]));
    expect([...listed.keys()].sort()).toEqual([...made.keys()].sort());
    for (const [name, created] of made) {
      const { type, unit } = listed.get(name)!;
      const units: { [unit: string]: string } = { By: 'bytes', ms: 'ms' };
      const [kind, short] = created.split(' ');
      expect({ name, type }).toEqual({ name, type: kind });
      if (short !== undefined) expect({ name, unit }).toEqual({ name, unit: units[short] });
    }
  });
});

describe('alert rules', () => {
  it('are PromQL', () => {
    expect(rules.length).toBeGreaterThan(5);
    expect(rules.flatMap(({ expr }) => faultsOf(expr))).toEqual([]);
    expect(faultsOf('rate(a[5m) > 0')).not.toEqual([]);
  });

  it('use metrics that the code has', () => {
    const used = rules.flatMap(({ expr }) => ours(expr)).map(metricOf);
    expect(new Set(used).size).toBeGreaterThan(5);
    expect(used.filter((name) => !made.has(name))).toEqual([]);
  });

  it('have the limits of the code', () => {
    const exprOf = (name: string) => rules.find(({ alert }) => alert === name)!.expr;
    expect(exprOf('ProvenanceSpoolNearlyFull')).toContain(`0.75 * ${SPOOL.cap_bytes}`);
    expect(exprOf('ProvenanceQueueFull')).toContain(`> ${QUEUE.max_bytes / 2}`);
  });

  it('are explained on the page, one row each', () => {
    const explained = [...pageOf('guide/monitoring.md').matchAll(/^\| `(Provenance\w+)` \|/gm)];
    expect(explained.map(([, name]) => name)).toEqual(rules.map(({ alert }) => alert));
  });
});

describe('the dashboard', () => {
  it('has panels with titles, descriptions and queries in PromQL', () => {
    expect(panels.length).toBeGreaterThan(7);
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    expect(panels.filter(({ title, description }) => !title || !description)).toEqual([]);
    expect(queries.flatMap(faultsOf)).toEqual([]);
  });

  it('uses metrics that the code has, and all of them', () => {
    const used = ours(JSON.stringify(dashboard)).map(metricOf);
    expect(used.filter((name) => !made.has(name))).toEqual([]);
    expect([...made.keys()].filter((name) => !used.includes(name))).toEqual([]);
  });
});
