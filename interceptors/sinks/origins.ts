/**
 * Records the origins of parts of a value that has left the sandbox. Their paths are masked, and are left out
 * if a codec encrypts what they consist of. Node only.
 * @module
 */
import type { Origin, OriginsDocument } from '../../src/model/data';
import type { Json, JsonObject } from '../../src/model/json';
import type { Recorder } from '../../src/record/recorder';
import { PathMask } from '../../src/values/passed-on';
import type { ValueRecorder } from '../../src/values/policy';
import type { OriginsMessage } from '../workflow/sinks';

/** Version of the documents with origins. */
const ORIGINS_VERSION = 1;

interface OriginsTargets {
  recorder: Recorder;
  values: Pick<ValueRecorder, 'withholds' | 'text'>;
}

/** Records a message. It may arrive several times; the store keeps the first. */
export function receiveOrigins({ recorder, values }: OriginsTargets, text: string): void {
  const { origins: received, partial, ...which } = JSON.parse(text) as OriginsMessage;
  const mask = new PathMask(values);
  const origins = received.flatMap((origin) => masked(origin, mask));
  if (origins.length === 0 && which.of === 'activity') return; // its header names the producers
  const document: OriginsDocument = {
    schema_version: ORIGINS_VERSION,
    ...which,
    time: Date.now() / 1000,
    origins,
    ...((partial || origins.length < received.length) && { partial: true }),
  };
  recorder.record({ kind: 'document', of: 'origins', document: document as unknown as JsonObject & Json });
}

function masked(origin: Origin, mask: PathMask): Origin[] {
  const [path, from] = [mask.path(origin.path), mask.path(origin.from)];
  if (path === undefined) return [];
  return [{ ...origin, path, from: from ?? '' }];
}
