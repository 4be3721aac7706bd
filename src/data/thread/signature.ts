/**
 * Signatures: what tells one version of a file from another without reading it. Node only.
 * @module
 */
import { createHash } from 'node:crypto';
import { type BigIntStats, statfsSync } from 'node:fs';
import { fileSystemOfType } from '../../store/place/file-system';

/** Whose inode numbers they are: a host's, or those of a root that hosts share. */
export interface SignatureScope {
  host: string;
  share?: string;
}

/** Of a file. On a shared root each host numbers the device otherwise, so it is left out. */
export function fileSignature(stats: BigIntStats, { host, share }: SignatureScope): string {
  const { dev, ino, size, mtimeNs, ctimeNs } = stats;
  const where = share === undefined ? `${host}:${dev}` : `share=${share}:0`;
  return `${where}:${ino}:${size}:${mtimeNs}:${ctimeNs}`;
}

/** Of what consists of others: their names and signatures, in order. */
export class SetSignature {
  readonly #hash = createHash('sha256');
  #count = 0;

  add(name: string, signature: string): void {
    this.#count++;
    this.#hash.update(`${name}\0${signature}\n`);
  }

  /** @param of what kind of set, and where */
  end(of: string): string {
    return `${of}:${this.#count}:${this.#hash.digest('hex').slice(0, 40)}`;
  }
}

/** Devices that are remembered. */
const MAX_DEVICES = 1_000;
const networkDevices = new Map<bigint, boolean>();

/** Whether a file's instants may be another machine's, or coarse: on whatever is not known to be a local disk. */
export function isNetwork(path: Buffer, { dev }: BigIntStats): boolean {
  const known = networkDevices.get(dev);
  if (known !== undefined) return known;
  const { kind } = fileSystemOfType(statfsSync(path).type);
  const network = kind === 'network' || kind === 'unknown';
  if (networkDevices.size < MAX_DEVICES) networkDevices.set(dev, network);
  return network;
}
