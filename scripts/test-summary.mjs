/**
 * A Vitest reporter. It writes counts, time per project, and every skip with its reason as JSON to the file
 * that TEST_SUMMARY names, for `scripts/test.mjs`.
 * @module
 */
import { writeFileSync } from 'node:fs';

export default class TestSummary {
  onTestRunEnd(modules, unhandledErrors) {
    const summary = { passed: 0, failed: unhandledErrors.length, skips: [], projects: {} };
    for (const module of modules) {
      summary.projects[module.project.name] ??= { files: 0, tests: 0, duration_ms: 0 };
      const project = summary.projects[module.project.name];
      project.files += 1;
      project.duration_ms += durationOf(module);
      const faults = [module, ...module.children.allSuites()].flatMap((suite) => suite.errors());
      summary.failed += faults.length;
      for (const test of module.children.allTests()) {
        project.tests += 1;
        const { state, note } = test.result();
        if (state === 'passed') summary.passed += 1;
        else if (state === 'failed') summary.failed += 1;
        else summary.skips.push({ file: module.relativeModuleId, test: test.fullName, reason: note });
      }
    }
    writeFileSync(process.env.TEST_SUMMARY, JSON.stringify(summary));
  }
}

/** The time of tests and hooks, and of loading the file. */
function durationOf(module) {
  const { duration, collectDuration, setupDuration, prepareDuration } = module.diagnostic();
  return duration + collectDuration + setupDuration + prepareDuration;
}
