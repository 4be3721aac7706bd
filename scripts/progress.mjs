/**
 * Prints what scripts do: a line when a step begins, a line with its duration when it ends, and signs of life
 * in between. Scripts start other programs only through this module.
 * @module
 */
import { spawn } from 'node:child_process';

const SIGN_OF_LIFE_MS = 15_000;
/** Lines of a failed program's output that are shown. */
const TAIL_LINES = 40;

export function seconds(milliseconds) {
  return milliseconds < 60_000
    ? `${(milliseconds / 1000).toFixed(1)} s`
    : `${Math.floor(milliseconds / 60_000)} min ${Math.round((milliseconds % 60_000) / 1000)} s`;
}

export function say(line = '') {
  process.stdout.write(`${line}\n`);
}

/** A failure whose message says all that a person needs. It is shown without a stack. */
export class SetupError extends Error {}

/** Runs `work`, and prints when it begins and how long it took. Its result may be a text to print. */
export async function step(title, work, expectation = '') {
  const begin = Date.now();
  say(`… ${title}${expectation && ` (${expectation})`}`);
  const sign = setInterval(
    () => say(`  still at it: ${title}, ${seconds(Date.now() - begin)}`),
    SIGN_OF_LIFE_MS,
  );
  try {
    const result = await work();
    say(`✓ ${title}: ${typeof result === 'string' ? `${result}, ` : ''}${seconds(Date.now() - begin)}`);
    return result;
  } catch (error) {
    say(`✗ ${title}: failed after ${seconds(Date.now() - begin)}`);
    throw error;
  } finally {
    clearInterval(sign);
  }
}

/** Runs a program quietly. Rejects with the end of its output if it fails or takes longer than `timeout_ms`. */
export function runQuietly(command, args, { timeout_ms, ...options } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      ...options,
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: timeout_ms,
    });
    let output = '';
    const keep = (chunk) => {
      output = (output + chunk).slice(-1_000_000);
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.on('error', reject);
    child.on('close', (code, signal) => {
      if (code === 0) return resolve(output);
      const tail = output.trimEnd().split('\n').slice(-TAIL_LINES).join('\n');
      reject(new SetupError(`${tail}\n${command} ended with ${signal ?? `exit code ${code}`}.`));
    });
  });
}

/** Runs a program on this terminal. Resolves to its exit code. */
export function runShown(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { ...options, stdio: 'inherit' });
    child.on('error', reject);
    child.on('close', (code) => resolve(code ?? 1));
  });
}

/** Runs a script's main function. Its result is the exit code, and a failure is one clear message. */
export async function main(work) {
  try {
    process.exitCode = (await work()) ?? 0;
  } catch (error) {
    process.stderr.write(`\n${error instanceof SetupError ? error.message : (error?.stack ?? error)}\n`);
    process.exitCode = 1;
  }
}
