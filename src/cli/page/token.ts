/**
 * `token`: creates a token for the page, and its entry for the config file. Node only.
 * @module
 */
import { userInfo } from 'node:os';
import type { Command } from 'commander';
import { LAB_NAME } from '../../options/schema';
import type { TokenEntry } from '../../options/serve-options';
import { newToken } from '../../web/http/keys';
import { UsageError } from '../io';
import type { Verb } from '../verb';

/** The verb `token`. */
export const token: Verb = {
  describe: (command: Command) =>
    command
      .description('create a token for readers of `serve` on other machines; --lab limits it to one lab')
      .option('--name <who>', 'name of the reader'),
  example: "token --lab beamline-7 --name 'Ada'",
  run: async (context, _words, options) => {
    // Only `--lab` limits the token; the lab of the config file does not.
    const { lab } = context.options;
    const { name = userInfo().username } = options as { name?: string };
    if (name === '' || name.length > 200) throw new UsageError('--name takes 1 to 200 characters.');
    if (lab !== undefined && !LAB_NAME.test(lab))
      throw new UsageError('--lab takes a name of 1 to 200 characters.');
    const { token, sha256 } = newToken();
    const entry: TokenEntry = { name, sha256, ...(lab !== undefined && { lab }) };
    context.print(
      context.options.json
        ? JSON.stringify({ token, entry })
        : [
            token,
            '',
            `The token is shown only once. ${lab === undefined ? 'It can read all labs.' : `It can read only lab ${lab}.`} To accept it, add this to temporal-provenance.json and restart \`serve\`:`,
            JSON.stringify({ serve: { tokens: [entry] } }, undefined, 2),
          ],
    );
    return 0;
  },
};
