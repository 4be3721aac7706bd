/** What a string names, and under which URI it is known. */
import { describe, expect, test } from 'vitest';
import { isCutUri, type NamePlace, nameOf } from '../../src/data/names';
import { DATA } from '../../src/model/data-limits';
import { fileUri, partsOfFileUri } from '../../src/model/file-uri';
import { createRedactor } from '../../src/redaction/redactor';

const HERE: NamePlace = { host: 'h', cwd: '/lab', platform: 'linux' };
const redactor = createRedactor({ values: ['hunter2-hunter2'] });
const name = (text: string, key = 'path', at = HERE) => nameOf(text, key, at, redactor);
const uriOf = (text: string, at = HERE) => (name(text, 'path', at) as { uri?: string } | undefined)?.uri;

describe('a path', () => {
  test.each([
    ['/data/a.csv', 'file://h/data/a.csv'],
    ['a.csv', 'file://h/lab/a.csv'],
    ['./x/../a.csv', 'file://h/lab/a.csv'],
    ['/data/', 'file://h/data'],
    ['/data/a b#1?.csv', 'file://h/data/a%20b%231%3F.csv'],
    ['/data/50%.csv', 'file://h/data/50%25.csv'],
    ['/données/é.csv', 'file://h/donn%C3%A9es/%C3%A9.csv'],
    ['file:///data/a.csv', 'file://h/data/a.csv'],
    ['file:/data/a.csv', 'file://h/data/a.csv'],
    ['file://localhost/data/a.csv', 'file://h/data/a.csv'],
    ['file://h/data/x/../a.csv', 'file://h/data/a.csv'],
  ])('%s is known as %s', (text, uri) => {
    expect(name(text)).toMatchObject({ uri });
    expect(name(text)).not.toHaveProperty('remote');
  });

  test('that is not UTF-8 keeps its bytes', () => {
    expect(name('file:///data/%FF%FE.csv')).toMatchObject({ uri: 'file://h/data/%FF%FE.csv' });
    const bytes = Uint8Array.from([47, 255, 47, 97]);
    expect(partsOfFileUri(fileUri('h', bytes))).toEqual({ host: 'h', path: bytes });
  });

  test('is the same as text and as bytes', () => {
    const path = "/a b/é~!$&'()*+,;=:@[x]%.csv";
    expect(fileUri('h', new TextEncoder().encode(path))).toBe(fileUri('h', path));
    expect(new TextDecoder().decode(partsOfFileUri(fileUri('h', path))?.path)).toBe(path);
  });

  test('may be a pattern', () => {
    expect(name('data/*.csv')).toMatchObject({ uri: 'file://h/lab/data/*.csv', pattern: '/lab/data/*.csv' });
  });

  test.each(['file:///a%ZZ', 'file:///a%00b', 'file:'])('that is invalid is left out: %s', (text) => {
    expect(name(text)).toBeUndefined();
  });

  test('of Windows is data of another machine on POSIX, and a file on Windows', () => {
    expect(name('C:\\data\\a.csv')).toEqual({ uri: 'file:///C:/data/a.csv', remote: true });
    expect(name('\\\\nas\\raw\\a.csv')).toEqual({ uri: 'file://nas/raw/a.csv', remote: true });
    expect(name('file:///C:/data/a.csv')).toEqual({ uri: 'file:///C:/data/a.csv', remote: true });
    const there: NamePlace = { host: 'h', cwd: 'D:\\lab', platform: 'win32' };
    expect(uriOf('C:\\data\\a.csv', there)).toBe('file://h/C:/data/a.csv');
    expect(uriOf('x\\a.csv', there)).toBe('file://h/D:/lab/x/a.csv');
  });

  test('with a secret in it, or under a secret name, is left out', () => {
    expect(name('/data/hunter2-hunter2/a.csv')).toBe('masked');
    expect(name('/etc/s3cret/value', 'password')).toBe('masked');
  });
});

describe('a URI', () => {
  test.each([
    's3://bucket/key.csv',
    'https://lab.example/a?version=3',
    'doi:10.5281/zenodo.7',
    'file://other/a.csv',
  ])('is not looked at: %s', (uri) => {
    expect(name(uri)).toEqual({ uri, remote: true });
  });

  test('has its credentials masked', () => {
    expect(uriOf('https://ada:pass-word-1@lab.example/a.csv')).toBe('https://[redacted]@lab.example/a.csv');
    expect(uriOf('https://lab.example/a.csv?token=abcdefgh12345678')).toBe(
      'https://lab.example/a.csv?token=[redacted]',
    );
  });

  test('of 10 kB is kept as its beginning and a digest; equal ones get equal names', () => {
    const long = `s3://bucket/${'x'.repeat(10_000)}`;
    const uri = uriOf(long)!;
    expect(uri.length).toBeLessThanOrEqual(DATA.uri_characters);
    expect(isCutUri(uri)).toBe(true);
    expect(uriOf(long)).toBe(uri);
    expect(uriOf(`${long}y`)).not.toBe(uri);
  });

  test.each(['mailto:ada@lab.example', 'data:text/plain,x/y', 'see https://lab.example/a for more'])(
    'of a kind that names no data is at most the name of a file: %s',
    (text) => {
      expect(name(text)).not.toHaveProperty('remote');
    },
  );
});
