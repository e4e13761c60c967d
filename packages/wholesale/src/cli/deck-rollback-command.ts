import type { CliCommand } from '@tandem/messages';
import { userInfo } from 'node:os';
import { textArgument } from './argument.ts';
import type { RollbackReport } from '../import/rollback-deck.ts';

/** Puts a deck back: by the database, or by a node. Absent `to`: before its last import. */
export type RollBack = (
  deck: string,
  to: bigint | undefined,
  actor: string,
) => Promise<RollbackReport>;

/** `tandem deck rollback NAME`: the rates as they were before the last import. */
export function deckRollbackCommand(rollBack: RollBack): CliCommand {
  return {
    command: 'deck rollback <name>',
    describe: 'put the rates of a deck back as they were before its last import',
    options: {
      to: { type: 'string', describe: 'version to go back to; default: the last one kept' },
    },
    async run(args, print) {
      const to = textArgument(args, 'to');
      if (to !== undefined && !/^\d{1,18}$/.test(to)) {
        print.error(`--to: expected a version, got ${JSON.stringify(to)}`);
        return 2;
      }
      const version = to === undefined ? undefined : BigInt(to);
      const actor = `cli:${userInfo().username}`;
      const report = await rollBack(textArgument(args, 'name') ?? '', version, actor);
      if (args['json'] === true) print.json(report);
      else if ('problem' in report) print.error(`${report.problem} (${report.hint})`);
      else {
        print.line(
          `deck ${report.deck} has the rates of version ${report.restored} again, as version ${report.version}`,
        );
      }
      return 'problem' in report ? 1 : 0;
    },
  };
}
