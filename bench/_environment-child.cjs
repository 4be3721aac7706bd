/** Captures the environment of the program that has loaded this, and prints what that cost. */
const { join, resolve } = require('node:path');

const dist = resolve(__dirname, process.env.PROVENANCE_DIST ?? '../dist');
const { captureEnvironment } = require(join(dist, 'src/environment/capture.js'));

const started = performance.now();
const cpu = process.cpuUsage();
const masking = { value: (value) => value, holds: () => false };
captureEnvironment({ plugins: [] }, masking).then(({ environment, blobs }) => {
  const capture_ms = performance.now() - started;
  const { user, system } = process.cpuUsage(cpu);
  const { identity, detail, reasons } = environment;
  const kept = detail.code?.kept_files ?? 0;
  const complete =
    Boolean(identity.git.worktree_tree) && kept >= Number(process.env.BENCH_BUILT) && blobs.length >= kept;
  if (!complete) console.error(JSON.stringify({ reasons, kept }));
  console.log(JSON.stringify({ capture_ms, cpu_ms: (user + system) / 1000, complete }));
});
