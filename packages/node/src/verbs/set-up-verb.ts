import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import type { ApplyIssue } from '@tandem/messages';
import { faultOf } from '../api/api-client.ts';
import { findApi } from '../api/find-api.ts';
import { CliFault } from '../cli/cli-fault.ts';
import { settingsOf } from '../cli/conf-source-of.ts';
import { FAILED, OK, WRONG_USE } from '../cli/exit-codes.ts';
import type { Terminal } from '../cli/terminal.ts';
import { isOn, textOf, type Verb, type VerbArguments } from '../cli/verb.ts';
import { withFeatures } from '../offline/with-features.ts';
import { FOLLOW_MS, type SetUpResult, runSetUp } from '../setup/run-set-up.ts';
import { readSetUpFile, type SetUpFile } from '../setup/set-up-file.ts';
import { renderChanges } from './render-changes.ts';
import { renderFollowing } from './render-following.ts';

/** What `tandem plan` and `tandem apply` share: they differ in whether anything is kept. */
export function setUpVerb(mode: 'plan' | 'apply', describe: string): Verb {
  return {
    command: `${mode} <file>`,
    describe,
    options: {
      prune: {
        type: 'boolean',
        describe: 'delete what a list that is there does not name',
        default: false,
      },
      ...(mode === 'apply' && {
        wait: {
          type: 'boolean',
          describe: 'wait up to 5 s until the nodes go by it; --no-wait does not',
          default: true,
        },
      }),
    },
    notes:
      'The file is YAML or JSON with lists by name, such as\n' +
      '  users: [{name: alice, password: secret}]\n' +
      'It works on the database of the configuration, or through a node with --api. - reads standard input.',
    async run(args, terminal) {
      const name = textOf(args, 'file') ?? '';
      const file = parseFile(name, await readText(name, terminal));
      const { changes, issues, nodes } = await carryOut(args, terminal, file.document, mode);
      if (issues.length > 0) throw issuesFault(name, file, issues);
      if (isOn(args, 'json')) terminal.out(`${JSON.stringify({ changes, nodes })}\n`);
      else terminal.out(`${renderChanges(changes, mode)}${renderFollowing(nodes)}`);
      return OK;
    },
  };
}

async function carryOut(
  args: VerbArguments,
  terminal: Terminal,
  document: unknown,
  mode: 'plan' | 'apply',
): Promise<SetUpResult> {
  const prune = isOn(args, 'prune');
  if (textOf(args, 'api') === undefined) {
    const settings = await settingsOf(args);
    const followMs = isOn(args, 'wait') ? FOLLOW_MS : undefined;
    const options = { mode, prune, actor: 'command line', followMs };
    return await withFeatures(settings, terminal, (ground) => runSetUp(ground, document, options));
  }
  const query = new URLSearchParams({
    ...(prune && { prune: 'yes' }),
    ...(mode === 'apply' && !isOn(args, 'wait') && { wait: 'no' }),
  });
  const path = `/${mode}?${query.toString()}`;
  const reply = await findApi(args, terminal).send('POST', path, document);
  const { changes = [], issues = [], nodes } = (reply.body ?? {}) as Partial<SetUpResult>;
  if (reply.status >= 400 && issues.length === 0) throw faultOf(reply);
  return { changes, issues, ...(nodes && { nodes }) };
}

async function readText(name: string, terminal: Terminal): Promise<string> {
  if (name === '-') return await terminal.readInput();
  try {
    return readFileSync(name, 'utf8');
  } catch (error) {
    const isAbsent = (error as NodeJS.ErrnoException).code === 'ENOENT';
    const message = isAbsent ? 'there is no such file' : `cannot be read: ${String(error)}`;
    throw new CliFault(`${name}: ${message}`, isAbsent ? WRONG_USE : FAILED);
  }
}

function parseFile(name: string, text: string): SetUpFile {
  const file = readSetUpFile(text);
  if (!Array.isArray(file)) return file as SetUpFile;
  const lines = file.map(({ line, message }) => `${shortName(name)}:${line}: ${message}`);
  const body = JSON.stringify({ changes: [], issues: file });
  throw new CliFault(lines.join('\n'), WRONG_USE, 'Nothing was changed.', body);
}

function issuesFault(name: string, file: SetUpFile, issues: readonly ApplyIssue[]): CliFault {
  const lines = issues.map(({ path, message, hint }) => {
    const place = `${shortName(name)}:${file.lineOf(path)}${path === '' ? '' : ` ${path}`}`;
    return `${place}: ${message}${hint === undefined ? '' : ` (${hint})`}`;
  });
  const told = issues.map((issue) => ({ ...issue, line: file.lineOf(issue.path) }));
  const body = JSON.stringify({ changes: [], issues: told });
  return new CliFault(lines.join('\n'), WRONG_USE, 'Nothing was changed.', body);
}

function shortName(name: string): string {
  return name === '-' ? 'standard input' : basename(name);
}
