/**
 * The files that pages load: a fixed map, read once. No path of a request reaches the file system. Node only.
 * @module
 */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Hono } from 'hono';

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

interface Asset {
  type: string;
  /** The tag of the content: a file that the browser has cached is not sent again. */
  etag: string;
  plain: Buffer;
  gzip: Buffer;
}

/** Reads the assets next to this module. */
export function readAssets(folder = join(__dirname, 'assets')): ReadonlyMap<string, Asset> {
  const names = readdirSync(folder).filter((name) => extname(name) in TYPES);
  return new Map(
    names.map((name) => {
      const plain = readFileSync(join(folder, name));
      const etag = `"${createHash('sha256').update(plain).digest('base64url').slice(0, 22)}"`;
      return [name, { type: TYPES[extname(name)]!, etag, plain, gzip: gzipSync(plain, { level: 9 }) }];
    }),
  );
}

/** Serves them below `/assets`. */
export function serveAssets<Env extends object>(app: Hono<Env>, assets = readAssets()): void {
  for (const [name, { type, etag, plain, gzip }] of assets)
    app.get(`/assets/${name}`, ({ req, body }) => {
      const zipped = /\bgzip\b/.test(req.header('accept-encoding') ?? '');
      // The browser revalidates each time, so a new release shows immediately.
      const headers = {
        'Content-Type': type,
        'Cache-Control': 'no-cache',
        Vary: 'Accept-Encoding',
        ETag: etag,
      };
      if (req.header('if-none-match')?.includes(etag)) return body(null, 304, headers);
      const bytes = new Uint8Array(zipped ? gzip : plain);
      return body(bytes, 200, zipped ? { ...headers, 'Content-Encoding': 'gzip' } : headers);
    });
}
