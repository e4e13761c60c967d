import { consoleConfig, LISTEN_DEFAULT, parseListenAddress, urlOf } from '@tandem/console';
import { confSourceOf } from '../cli/conf-source-of.ts';
import { CliFault } from '../cli/cli-fault.ts';
import { WRONG_USE } from '../cli/exit-codes.ts';
import type { Terminal } from '../cli/terminal.ts';
import { textOf, type VerbArguments } from '../cli/verb.ts';
import { readConf } from '../conf/conf-file.ts';
import type { Conf } from '../conf/conf.ts';
import { nodeNameOf } from '../node/node-name.ts';
import { readConsoleUrl, stateDirectoryOf } from '../node/state-directory.ts';
import { ApiClient } from './api-client.ts';

/**
 * The node a verb speaks to: `--api`, else where the node of the conf says that its console
 * listens, else `[console] listen`. The token: `--token`, TANDEM_TOKEN, or the conf's.
 * @throws CliFault when `--api` is no address
 */
export function findApi(args: VerbArguments, { env }: Pick<Terminal, 'env'>): ApiClient {
  // Other sections may be wrong or for another machine: only [console] is looked at.
  const { conf } = readConf(confSourceOf(args));
  const given = textOf(args, 'api') ?? env['TANDEM_API'];
  const token = textOf(args, 'token') ?? env['TANDEM_TOKEN'] ?? sectionText(conf, 'token');
  if (given === undefined) return new ApiClient(urlOfNode(conf), token);
  const url = given.includes('://') ? given : `http://${given}`;
  if (!URL.canParse(url)) {
    const hint = 'such as --api http://127.0.0.1:8080';
    throw new CliFault(`--api: expected an address, got ${JSON.stringify(given)}`, WRONG_USE, hint);
  }
  return new ApiClient(url, token);
}

/** The node of the conf, if it runs on this machine and left word where. */
export function findRunningApi(
  args: VerbArguments,
  { env }: Pick<Terminal, 'env'>,
): ApiClient | undefined {
  const { conf } = readConf(confSourceOf(args));
  const told = readConsoleUrl(stateDirectoryOf(nodeNameOf(conf)));
  const token = textOf(args, 'token') ?? env['TANDEM_TOKEN'] ?? sectionText(conf, 'token');
  return told === undefined ? undefined : new ApiClient(told, token);
}

function urlOfNode(conf: Conf): string {
  const told = readConsoleUrl(stateDirectoryOf(nodeNameOf(conf)));
  if (told !== undefined) return told;
  const { success, data } = consoleConfig.safeParse(conf.section('console'));
  const listen = (success ? data.listen : undefined) ?? LISTEN_DEFAULT;
  return urlOf(parseListenAddress(listen)!);
}

function sectionText(conf: Conf, key: string): string | undefined {
  const value = conf.section('console')[key];
  return typeof value === 'string' && value !== '' ? value : undefined;
}
