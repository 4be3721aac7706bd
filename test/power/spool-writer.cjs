// Appends records to a spool under strace, and each acknowledged uid to a file once its append was acknowledged.
// Arguments: dist, folder of the spool, file of acknowledgements, records.
const { openSync, writeSync } = require('node:fs');
const { join } = require('node:path');
const [dist, folder, acknowledgements, count] = process.argv.slice(2);
const { openSpool } = require(join(dist, 'src/record/spool/spool.js'));

async function main() {
  const spool = await openSpool({ folder, segment_bytes: 16_384 });
  const log = openSync(acknowledgements, 'w');
  for (let n = 1; n <= Number(count); n += 5) {
    const uids = [n, n + 1, n + 2, n + 3, n + 4].map((each) => `run-${each}`);
    const records = uids.map((uid) => ({
      kind: 'open',
      uid,
      lab: 'default',
      metadata: 'm'.repeat(400),
      facts: '{}',
    }));
    const { stored } = await spool.append(records);
    writeSync(
      log,
      uids
        .filter((_, i) => stored[i])
        .map((uid) => `${uid}\n`)
        .join(''),
    );
  }
  process.kill(process.pid, 'SIGKILL');
}

void main();
