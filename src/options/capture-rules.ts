/**
 * Decides which activities leave a run, and which runs take a scan id, by activity type: `{'sendEmail':
 * {scanId: false}, 'poll*': false}`. The most specific rule wins: an exact name, else the longest pattern. Node
 * only.
 * @module
 */

/**
 * Whether an activity leaves a run. `true`: it leaves a run with a scan id. `false`: it leaves no run.
 * `{scanId: false}`: it leaves a run without a scan id.
 */
export type CaptureRule = boolean | { scanId?: boolean };

/** Whether an activity leaves a run, and whether that run takes a scan id. */
export interface CaptureDecision {
  record: boolean;
  numbered: boolean;
}

const EVERYTHING: CaptureDecision = { record: true, numbered: true };

/** The most activity types that are cached. A lab has tens; the limit only guards against generated names. */
const MAX_REMEMBERED = 10_000;

/** Decides by activity type, and caches the decision. */
export function compileCaptureRules(rules: {
  [pattern: string]: CaptureRule;
}): (activityType: string) => CaptureDecision {
  const exact = new Map<string, CaptureDecision>();
  const patterns: { matches: RegExp; decision: CaptureDecision }[] = [];
  for (const [pattern, rule] of Object.entries(rules).sort(([a], [b]) => b.length - a.length)) {
    const decision = decisionOf(rule);
    if (pattern.includes('*')) patterns.push({ matches: globExpression(pattern), decision });
    else exact.set(pattern, decision);
  }
  const known = new Map(exact);
  return (activityType) => {
    const before = known.get(activityType);
    if (before) return before;
    const decision = patterns.find(({ matches }) => matches.test(activityType))?.decision ?? EVERYTHING;
    if (known.size < MAX_REMEMBERED) known.set(activityType, decision);
    return decision;
  };
}

function decisionOf(rule: CaptureRule): CaptureDecision {
  if (typeof rule === 'boolean') return { record: rule, numbered: rule };
  return { record: true, numbered: rule.scanId !== false };
}

function globExpression(pattern: string): RegExp {
  const parts = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`, 's');
}
