/** The files to copy of `docs/guide/deploy`, and the commands in them, split into words. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Io } from '../../src/cli/io';
import { program } from '../../src/cli/program';
import { ROOT } from '../imports';

export const DEPLOY = join(ROOT, 'docs', 'guide', 'deploy');
export const SYSTEMD = join(DEPLOY, 'systemd');

export const fileOf = (name: string): string => readFileSync(join(DEPLOY, name), 'utf8');
export const pageOf = (name: string): string => readFileSync(join(ROOT, 'docs', name), 'utf8');

export const units = (): string[] => readdirSync(SYSTEMD).filter((name) => /\.(service|timer)$/.test(name));

/** Every file, by its path below `deploy`. */
export const allFiles = (): string[] => [
  ...readdirSync(DEPLOY, { withFileTypes: true }).flatMap((entry) => (entry.isFile() ? [entry.name] : [])),
  ...readdirSync(SYSTEMD).map((name) => `systemd/${name}`),
];

const NAME = 'temporal-provenance';

/** Words of a shell command, up to a pipe, a `;`, a comment or the end. Quotes are taken off. */
export function shellWords(line: string): string[] {
  const words: string[] = [];
  for (const [word] of line.matchAll(/(?:"[^"]*"|'[^']*'|\$\([^)]*\)|[^\s"'])+/g)) {
    if (/^[|;#]/.test(word)) break;
    words.push(word.replace(/^(["'])(.*)\1$/, '$2').replace(/;$/, ''));
    if (word.endsWith(';')) break;
  }
  return words;
}

/** What follows the name of our command in `words`; undefined if they do not call it. */
export function ownWords(words: readonly string[]): string[] | undefined {
  const at = words.findIndex((word) => word === NAME || word.endsWith(`/.bin/${NAME}`));
  return at < 0 ? undefined : words.slice(at + 1);
}

const io: Io = { stdout: { write: () => true }, stderr: { write: () => true }, env: {}, cwd: '/' } as never;

/** Default of an option, as `--help` shows it. */
export function defaultOf(verb: string, option: string): unknown {
  const command = program(io, { code: 0 }).commands.find((one) => one.name() === verb);
  return command?.options.find(({ long }) => long === option)?.defaultValue;
}

/** Why the command line would not accept these words; undefined if it would. */
export function usageFault(words: readonly string[]): string | undefined {
  const [verb = '', ...rest] = words;
  const root = program(io, { code: 0 });
  const command = root.commands.find((one) => one.name() === verb);
  if (!command) return `no verb ${verb}`;
  const sub = command.commands.find((one) => one.name() === rest[0]);
  const called = sub ?? command;
  const { operands, unknown } = called.parseOptions(sub ? rest.slice(1) : rest);
  if (unknown.length > 0) return `${verb}: unknown ${unknown.join(' ')}`;
  const taken = called.registeredArguments;
  const needed = taken.filter(({ required }) => required).length;
  const variadic = taken.some((argument) => argument.variadic);
  if (operands.length < needed) return `${verb}: an argument is missing`;
  if (!variadic && operands.length > taken.length) return `${verb}: too many arguments`;
  return undefined;
}
