/**
 * Programs that a script starts. Each is remembered, and is ended by its own process id when the script ends,
 * also after an error.
 * @module
 */
import { spawn } from 'node:child_process';

const running = new Set();

/**
 * Starts a program in its own process group, so that Ctrl-C ends programs in our order. `said()` returns its
 * output.
 */
export function startProcess(command, args, options = {}) {
  const child = spawn(command, args, { ...options, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => {
      output = (output + text).slice(-100_000);
    });
  }
  child.said = () => output;
  running.add(child);
  child.on('error', (error) => {
    output += error.message;
    running.delete(child);
  });
  child.on('exit', () => running.delete(child));
  return child;
}

/** Asks a program to end, and kills it after ten seconds. */
export async function end(child) {
  if (!running.has(child)) return;
  const ended = new Promise((resolve) => child.on('exit', resolve));
  child.kill('SIGTERM');
  const force = setTimeout(() => child.kill('SIGKILL'), 10_000);
  await ended;
  clearTimeout(force);
}

/** Ends all programs that still run, newest first. */
export async function endAll() {
  for (const child of [...running].reverse()) await end(child);
}

process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});
