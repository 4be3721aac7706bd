/**
 * Signatures: they distinguish versions of a file without reading it. Node only.
 * @module
 */
import { createHash } from 'node:crypto';
import { type BigIntStats, statfsSync } from 'node:fs';
import { fileSystemOfType } from '../../store/place/file-system';

/** The scope of inode numbers: a host, or a root that hosts share. */
export interface SignatureScope {
  host: string;
  share?: string;
}

/**
 * The signature of a file. On a shared root each host numbers the device differently, so the device is left
 * out.
 */
export function fileSignature(stats: BigIntStats, { host, share }: SignatureScope): string {
  const { dev, ino, size, mtimeNs, ctimeNs } = stats;
  const where = share === undefined ? `${host}:${dev}` : `share=${share}:0`;
  return `${where}:${ino}:${size}:${mtimeNs}:${ctimeNs}`;
}

/** The signature of a set: the names and signatures of its members, in order. */
export class SetSignature {
  readonly #hash = createHash('sha256');
  #count = 0;

  add(name: string, signature: string): void {
    this.#count++;
    this.#hash.update(`${name}\0${signature}\n`);
  }

  /** @param of the kind of set, and its place */
  end(of: string): string {
    return `${of}:${this.#count}:${this.#hash.digest('hex').slice(0, 40)}`;
  }
}

/** The most devices that are remembered. */
const MAX_DEVICES = 1_000;
const networkDevices = new Map<bigint, boolean>();

/**
 * True if the times of a file may come from another machine's clock, or have a coarse resolution. This is
 * assumed unless the disk is known to be local.
 */
export function isNetwork(path: Buffer, { dev }: BigIntStats): boolean {
  const known = networkDevices.get(dev);
  if (known !== undefined) return known;
  const { kind } = fileSystemOfType(statfsSync(path).type);
  const network = kind === 'network' || kind === 'unknown';
  if (networkDevices.size < MAX_DEVICES) networkDevices.set(dev, network);
  return network;
}
