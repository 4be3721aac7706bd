/**
 * Encodes metadata with a lab's payload codec, as JSON for a header. Node only.
 * @module
 */
import type { Payload, PayloadCodec } from '@temporalio/common';
import { type SealedPayload, sealPayload } from './header';

/** A payload, encoded by the codecs. */
export async function seal(payload: Payload, codecs: readonly PayloadCodec[]): Promise<SealedPayload> {
  let payloads = [payload];
  for (const codec of codecs) payloads = await codec.encode(payloads);
  return sealPayload(payloads[0]!);
}

/** The decoded payload. Rejects if the codecs cannot decode it. */
export async function unseal(sealed: SealedPayload, codecs: readonly PayloadCodec[]): Promise<Payload> {
  const metadata = Object.entries(sealed.metadata).map(([name, text]) => [name, Buffer.from(text, 'base64')]);
  let payloads: Payload[] = [
    { metadata: Object.fromEntries(metadata), data: Buffer.from(sealed.data, 'base64') },
  ];
  for (const codec of [...codecs].reverse()) payloads = await codec.decode(payloads);
  return payloads[0]!;
}
