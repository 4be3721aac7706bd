/** What the compiler says of the public types: `tsc` reads this file, and fails where an expected error is none. */
import type { Client } from '@temporalio/client';
import type { NativeConnection, Worker } from '@temporalio/worker';
import type * as provenance from 'temporal-provenance';
import type { CurrentRun, OpenRun } from 'temporal-provenance/activity';
import type * as sandbox from 'temporal-provenance/workflow';
import { expectTypeOf, test } from 'vitest';

/** As people declare their metadata: an interface, which has no index signature. */
interface Sample {
  name: string;
  mass_mg?: number;
  tags: readonly string[];
  holder: { slot: number } | null;
}
interface Scan {
  operator: string;
  sample: Sample;
  dark?: boolean;
}

declare const run: CurrentRun;
declare const scan: Scan;
declare const client: typeof provenance.withMetadata;
declare const plan: Pick<typeof sandbox, 'withMetadata' | 'setMetadata'>;
declare const native: NativeConnection;
declare const temporal: Client;
declare const stash: provenance.Stash;

test('a recorded run has a uid for the compiler, too', () => {
  if (false as boolean) {
    if (run.recorded) expectTypeOf(run.uid).toEqualTypeOf<string>();
    else expectTypeOf(run.uid).toEqualTypeOf<undefined>();
    expectTypeOf<OpenRun['scanId']>().toEqualTypeOf<number | undefined>();
    // @ts-expect-error not known to be recorded
    run.uid.length;
  }
});

test('an interface and a literal are accepted as metadata, a value that is not JSON is not', () => {
  if (false as boolean) {
    expectTypeOf(client(scan, () => 7)).toEqualTypeOf<number>();
    expectTypeOf(plan.withMetadata(scan, async () => 'x')).toEqualTypeOf<Promise<string>>();
    plan.setMetadata(scan);
    plan.setMetadata({ phase: 'alignment', steps: [1, 2, { n: null }] });
    client({} as provenance.JsonObject, () => undefined);
    void stash.set(scan);
    void stash.set('sample', scan.sample);
    void stash.set('scan_id', 40);
    // @ts-expect-error a date is no JSON
    client({ when: new Date() }, () => undefined);
    // @ts-expect-error nor is a function
    client({ f: () => 1 }, () => undefined);
    // @ts-expect-error nor a big integer
    plan.setMetadata({ sample: { id: 1n } });
    // @ts-expect-error metadata is an object
    plan.setMetadata('text');
    // @ts-expect-error a map is no plain object
    void stash.set('map', new Map());
  }
});

test('an update of a stash may be async, and returns nothing or an object', () => {
  if (false as boolean) {
    void stash.update((values) => ({ ...values, operator: 'Ada' }));
    void stash.update((values) => {
      values.operator = 'Ada';
      return undefined;
    });
    void stash.update(async (values) => {
      values.operator = 'Ada';
    });
    // @ts-expect-error the value of an assignment is no stash
    void stash.update((values) => (values.operator = 'Ada'));
    // @ts-expect-error nor is the length that push returns
    void stash.update((values) => (values.tags as string[]).push('x'));
  }
});

test('every option has an exported type', () => {
  type Options = provenance.ProvenancePluginOptions;
  expectTypeOf<Options['log']>().toEqualTypeOf<provenance.LogOptions | undefined>();
  expectTypeOf<Options['values']>().toEqualTypeOf<provenance.ValueOptions | undefined>();
  expectTypeOf<Options['capture']>().toEqualTypeOf<provenance.CaptureOptions | undefined>();
  expectTypeOf<Options['redact']>().toEqualTypeOf<provenance.RedactOptions | false | undefined>();
  expectTypeOf<Options['environment']>().toEqualTypeOf<provenance.EnvironmentOptions | false | undefined>();
  expectTypeOf<Options['spool']>().toEqualTypeOf<provenance.SpoolPlace | undefined>();
  expectTypeOf<Options['onRefusal']>().toEqualTypeOf<provenance.OnRefusal | undefined>();
  expectTypeOf<Options['scanIdSource']>().toEqualTypeOf<provenance.ScanIdSource | undefined>();
  expectTypeOf<Options['labs']>().toEqualTypeOf<{ [lab: string]: provenance.LabOptions } | undefined>();
  expectTypeOf<Options['fields']>().toEqualTypeOf<provenance.FieldRules | undefined>();
  expectTypeOf<provenance.FieldRules[string]>().toEqualTypeOf<provenance.FieldRule>();
  expectTypeOf<Options['normalizer']>().toEqualTypeOf<provenance.Normalizer | undefined>();
  expectTypeOf<Options['validators']>().toEqualTypeOf<provenance.Validator[] | undefined>();
  expectTypeOf<Options['subscribers']>().toEqualTypeOf<provenance.Subscriber[] | undefined>();
  expectTypeOf<provenance.EnvironmentOptions['git']>().toEqualTypeOf<provenance.GitOptions | undefined>();
  expectTypeOf<provenance.CaptureRule>().toExtend<boolean | { scanId?: boolean }>();
});

test('a worker for operations is created with what the package and the SDK export', () => {
  type Options = provenance.OperationsWorkerOptions;
  if (false as boolean) {
    const least: Options = { connection: native, client: temporal };
    expectTypeOf(least).toExtend<Parameters<typeof provenance.createOperationsWorker>[0]>();
  }
  expectTypeOf<Options['store']>().toEqualTypeOf<string | undefined>();
  expectTypeOf<Options['redact']>().toEqualTypeOf<provenance.RedactOptions | false | undefined>();
  expectTypeOf<ReturnType<typeof provenance.createOperationsWorker>>().toEqualTypeOf<Promise<Worker>>();
});
