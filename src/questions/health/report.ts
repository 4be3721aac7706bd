/**
 * The report of `doctor` about a store, its workers and its files. Node only.
 * @module
 */
import { ProvenanceError } from '../../errors';
import type { Installation, Scope } from '../scope';
import { counted } from '../words';
import { examine, worstOf } from './checks';
import { type Facts, gatherFacts } from './facts';
import type { Finding, Health } from './finding';
import { summaryOf } from './summary';

/** Health of an installation. */
export interface HealthReport
  extends Pick<Facts, 'location' | 'identity' | 'counts' | 'labs' | 'losses' | 'spool'> {
  /** One sentence: what is captured, from which workers, since when, and when last. */
  summary: string;
  /** The worst of the findings. */
  health: Health;
  /** The findings, in the order of `doctor`. */
  findings: Finding[];
  /** How many checks fail or warn, as one sentence. */
  conclusion: string;
}

/** @throws (rejects) ProvenanceError NOT_FOUND for a reader of one lab: the report concerns all labs */
export async function healthReport(scope: Scope): Promise<HealthReport> {
  const { url, spool_folder, config } = installationOf(scope);
  const facts = { ...(await gatherFacts(scope, url, spool_folder)), config };
  const findings = examine(facts);
  const { location, identity, counts, labs, losses, spool } = facts;
  return {
    location,
    summary: summaryOf(facts, Date.now() / 1000),
    health: worstOf(findings),
    conclusion: conclusionOf(facts, findings).words,
    findings,
    identity,
    counts,
    labs,
    losses,
    spool,
  };
}

/**
 * The place of a scope's store and its files.
 * @throws ProvenanceError NOT_FOUND
 */
export function installationOf({ installation, confined }: Scope): Installation {
  if (installation && !confined) return installation;
  throw new ProvenanceError(
    'NOT_FOUND',
    'Health covers all labs of the store: it is not available to readers of a single lab.',
  );
}

/** The summary of all findings, in one sentence. */
export function conclusionOf(
  { sessions }: Facts,
  findings: readonly Finding[],
): { health: Health; words: string } {
  const checks = (health: Health) =>
    new Set(findings.filter((finding) => finding.health === health).map(({ check }) => check)).size;
  const [faults, warnings] = [checks('fail'), checks('warn')];
  if (faults > 0)
    return { health: 'fail', words: `${faults} ${faults === 1 ? 'check fails' : 'checks fail'}.` };
  if (sessions.length === 0) return { health: 'warn', words: 'Nothing is captured yet.' };
  if (warnings > 0) return { health: 'warn', words: `Healthy; ${counted(warnings, 'warning')}.` };
  return { health: 'ok', words: 'Healthy.' };
}
