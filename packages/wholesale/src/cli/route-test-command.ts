import type { CliCommand } from '@tandem/messages';
import { textArgument } from './argument.ts';
import type { RouteReport } from '../route-test/route-report.ts';

type Printer = Parameters<CliCommand['run']>[1];

/** An answer of a node's HTTP API. */
export interface ApiReply {
  readonly status: number;
  readonly body: unknown;
}

/** Asks a node: `/route-test?…` behind its API's root. Rejects when it cannot be reached. */
export type AskApi = (path: string, args: Readonly<Record<string, unknown>>) => Promise<ApiReply>;

/** Parameters that go to the node as they are. */
const PARAMETERS = ['source', 'called', 'caller', 'user', 'listener', 'at'] as const;

/** `tandem route test`: how a node would route a call, with every candidate and why. */
export function routeTestCommand(askApi: AskApi): CliCommand {
  return {
    command: 'route test',
    describe: 'show how a call would be routed, and why',
    options: {
      source: { type: 'string', describe: 'address the call comes from' },
      called: { type: 'string', describe: 'number that is dialled', demandOption: true },
      caller: { type: 'string', describe: 'number that calls' },
      user: { type: 'string', describe: 'authenticated user that calls' },
      listener: { type: 'string', describe: 'listener that it comes in by' },
      at: { type: 'string', describe: 'instant of the call, ISO 8601' },
    },
    async run(args, print) {
      const query = new URLSearchParams();
      for (const name of PARAMETERS) {
        const value = textArgument(args, name);
        if (value !== undefined) query.set(name, value);
      }
      const { status, body } = await askApi(`/route-test?${query.toString()}`, args);
      if (status !== 200) return refused(status, body, print);
      if (args['json'] === true) print.json(body);
      else showRoute(body as RouteReport, print);
      return 0;
    },
  };
}

function refused(status: number, body: unknown, print: Printer): number {
  const { error } = (body ?? {}) as { error?: { where?: string; message?: string } };
  const where = error?.where === undefined ? '' : `${error.where}: `;
  print.error(`${where}${error?.message ?? `the node answered ${status}`}`);
  return status === 400 ? 2 : 1;
}

/** Tells the decision in people's words. */
export function showRoute(report: RouteReport, print: Pick<Printer, 'line'>): void {
  const { outcome, tenant, inboundTrunk, caller, called, sell } = report;
  const by = inboundTrunk === null ? '' : ` by trunk ${inboundTrunk}`;
  print.line(`call of ${tenant === null ? 'nobody' : `tenant ${tenant}`}${by}`);
  print.line(`from ${caller === '' ? 'no number' : caller} to ${called}`);
  if (sell !== null) {
    const { rate, first, next, connectFee, currency, deck, version, prefix } = sell;
    const fee = Number(connectFee) === 0 ? '' : `, ${connectFee} for the connection`;
    const name = prefix === '' ? 'default' : `prefix ${prefix}`;
    print.line(
      `sold at ${rate} ${currency}/min ${first}/${next}${fee} (${deck} v${version}, ${name})`,
    );
  }
  if (!report.versions.isNewest) print.line('by an old set-up: the node has not read the newest');
  for (const candidate of report.candidates) {
    const { trunk, isTaken, reason, rate, priority, weight } = candidate;
    const cost = rate === null ? 'no price' : `${rate}/min`;
    const mark = isTaken ? '+' : '-';
    print.line(`  ${mark} ${trunk}, priority ${priority}, weight ${weight}, ${cost}: ${reason}`);
  }
  for (const [index, group] of report.groups.entries()) {
    for (const attempt of group) {
      const from = attempt.caller === '' ? 'no number' : attempt.caller;
      print.line(`attempt ${index + 1}: ${attempt.callto} from ${from}`);
    }
  }
  if (outcome === 'refuse') {
    const { reason, detail, status, q850 } = report;
    const why = detail === null || detail === '' ? '' : `: ${detail}`;
    print.line(`refused with ${status} (${reason}, Q.850 ${q850})${why}`);
  }
  for (const { handler, priority, outcome: did, note } of report.trail) {
    print.line(
      `  ${String(priority).padStart(3)} ${handler} ${did}${note === null ? '' : ` ${note}`}`,
    );
  }
}
