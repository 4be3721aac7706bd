import { describe, expect, it } from 'vitest';
import { isMeaningful } from '../../src/lineage/meaningful';

describe('a string that links equal values', () => {
  it.each([
    's3://bucket/scan/0001.h5',
    'file:///data/scan.h5',
    'https://lab.example.org/runs/7',
    'postgres://db.lab/runs',
    'doi:10.5281/zenodo.7',
    'urn:uuid:7f1c1e6a-94ff-4d5e-9f0a-1f6b0d1a2b3c',
    '/data/scan/0001.h5',
    '/data/scan',
    './out/model.json',
    '../shared/calibration.yaml',
    'results/model.json',
    'runs/42/out',
    'C:\\lab\\scan.tif',
    'scan\\0001.tif',
    '/data/My Folder/scan one.h5',
    '/données/échantillon.csv',
    '7f1c1e6a-94ff-4d5e-9f0a-1f6b0d1a2b3c',
    'd41d8cd98f00b204e9800998ecf8427e',
    'sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
    'eyJhbGciOiJIUzI1NiJ9.e30.ZRrHA1JJJW8opsbCGfG_HACGpVUMN_a9IVY',
    'Measurement_2026-B7',
    'measurement-12.tar.gz',
  ])('%s', (text) => {
    expect(isMeaningful(text)).toBe(true);
  });
});

describe('names, dates, words and texts that never link', () => {
  it.each([
    '',
    'ok',
    'completed',
    'Ada Lovelace',
    'ada.lovelace@lab.example.org',
    'sample-12',
    'and/or',
    'N/A',
    'km/s',
    '1/2',
    '/data',
    '2026-11-30',
    '2026/11/30',
    '2026-11-30T02:33:00.000Z',
    '2026-11-30 02:33:00.123 +01:00',
    '20261130T023300Z',
    'application/json',
    'application/vnd.ms-excel',
    'text/plain; charset=utf-8',
    'Europe/Berlin',
    'node12.cluster.lab.example.org',
    '10.0.0.12:8080',
    '1.24.0-rc.20261130',
    '00000000-0000-0000-0000-000000000000',
    'sha256:0000000000000000000000000000000000000000000000000000000000000000',
    'abcdefghijklmnopqrstuvwxyz',
    'TEMPERATURE_CONTROLLED',
    'The alignment of Sample 7 failed at 3 K.',
    'https://[redacted]@db.lab/runs',
    '/data/[redacted]/x.h5',
    'first line\n/data/scan.h5',
    `/data/${'x'.repeat(5_000)}.h5`,
  ])('%s', (text) => {
    expect(isMeaningful(text)).toBe(false);
  });
});

it('excludes separators and repeated characters alone', () => {
  const nasty = ['/'.repeat(4_000), 'a:'.repeat(2_000), '1'.repeat(4_000), 'a-'.repeat(2_000)];
  expect(nasty.map(isMeaningful)).toEqual([false, false, false, false]);
});
