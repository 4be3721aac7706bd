/**
 * Paths that would leave a folder of files, where a server had one.
 * @module
 */

const STEPS = [
  '../',
  '..\\',
  '..%2f',
  '..%2F',
  '..%5c',
  '%2e%2e/',
  '%2e%2e%2f',
  '%2e%2e%5c',
  '..%252f',
  '%252e%252e%252f',
  '..%c0%af',
  '..%c1%9c',
  '....//',
  '....\\/',
  '..;/',
  './../',
  '.%2e/',
  '..%00/',
  '..//',
  '/../',
];
const BEGINNINGS = ['/', '/assets/', '/api/v1/runs/', '/runs/'];

/** Eighty of them. */
export const TRAVERSALS: readonly string[] = BEGINNINGS.flatMap((beginning) =>
  STEPS.map((step, i) => `${beginning}${step.repeat(8)}${i % 2 === 0 ? 'etc/passwd' : 'package.json'}`),
);

/** Others that leave it without steps. */
export const ABSOLUTE: readonly string[] = [
  '//etc/passwd',
  '///etc/passwd',
  '/assets//etc/passwd',
  '/assets/%2fetc%2fpasswd',
  '/assets/page.css%00.js',
  '/assets/page.css/../../../../package.json',
  '/assets/',
  '/assets/.',
  '/assets/..',
  '/assets/constructor',
  '/assets/__proto__',
  '/assets/PAGE.CSS',
  '/file:///etc/passwd',
  '/assets/C:%5cWindows%5cwin.ini',
  '/assets/%5c%5chost%5cshare',
  '/proc/self/environ',
  '/#/../etc/passwd',
  '/assets/page.css%20',
];
