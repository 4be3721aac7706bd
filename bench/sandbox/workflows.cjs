/** A long workflow: rounds of a few activities each, and a timer now and then, with metadata of the plan or without. */
const { proxyActivities, sleep } = require('@temporalio/workflow');
const { setMetadata, withMetadata } = require('temporal-provenance/workflow');

const { step } = proxyActivities({ startToCloseTimeout: '1 minute' });

exports.long = async function long(rounds) {
  for (let round = 0; round < rounds; round += 1) {
    const measured = await Promise.all([step(`a ${round}`), step(`b ${round}`), step(`c ${round}`)]);
    if (round % 10 === 9) await sleep(1);
    await step(measured.join());
  }
};

exports.described = async function described(rounds) {
  setMetadata({ project: 'flying cars', sample: { name: 'S1', temperature_k: 4 } });
  for (let round = 0; round < rounds; round += 1) {
    await withMetadata({ phase: 'scan', round: round % 20 }, async () => {
      const measured = await Promise.all([step(`a ${round}`), step(`b ${round}`), step(`c ${round}`)]);
      if (round % 10 === 9) await sleep(1);
      await step(measured.join());
    });
  }
};

const { make } = proxyActivities({ startToCloseTimeout: '1 minute' });

/** Results of some objects each, kept in the workflow, and passed on with the one before. */
exports.flowing = async function flowing(activities) {
  let last;
  const kept = [];
  for (let n = 0; n < activities; n += 1) {
    const made = await make(n, last);
    kept.push(made);
    last = made.items;
  }
  return kept.length;
};
