/** A Nexus service: what callers and handlers share. */
import { operation, service } from 'nexus-rpc';

export const beamline = service('beamline', {
  /** A workflow. */
  align: operation<string, string>(),
  /** Answers at once. */
  note: operation<string, string>(),
});
