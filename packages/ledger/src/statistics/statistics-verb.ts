import type { CliCommand } from '@tandem/messages';
import type { LedgerDesk } from '../desk/ledger-desk.ts';
import { csvLine } from '../export/csv-line.ts';
import { isDay, type StatisticsDay } from './daily-statistics.ts';

const COLUMNS = [
  'day',
  'kind',
  'party',
  'currency',
  'calls',
  'answered',
  'asr',
  'acdSeconds',
  'billedSeconds',
  'revenue',
  'cost',
  'margin',
] as const;

/** `statistics`: days per tenant and carrier. */
export function statisticsVerb(desk: Pick<LedgerDesk, 'statistics'>): CliCommand {
  return {
    command: 'statistics',
    describe: 'list days per tenant and carrier: calls, ASR, ACD, minutes, revenue, cost, margin',
    options: {
      from: { type: 'string', describe: 'first day, UTC: 2026-01-31', default: '0001-01-01' },
      to: { type: 'string', describe: 'last day, included', default: '9999-12-31' },
      csv: { type: 'boolean', describe: 'print CSV', default: false },
      json: { type: 'boolean', describe: 'print JSON', default: false },
    },
    async run(args, print) {
      const [from = '', to = ''] = [args['from'], args['to']].map((day) =>
        typeof day === 'string' ? day : '',
      );
      if (!isDay(from) || !isDay(to)) {
        print.error('statistics: expected days such as 2026-01-31');
        return 2;
      }
      const days = await desk.statistics(from, to);
      if (args['json'] === true) print.json({ days, total: days.length });
      else if (args['csv'] === true) {
        print.line(csvLine(COLUMNS).trimEnd());
        for (const day of days) print.line(csvLine(cellsOf(day)).trimEnd());
      } else for (const day of days) print.line(textOf(day));
      return 0;
    },
  };
}

function cellsOf(day: StatisticsDay): readonly (string | number | null)[] {
  const cells: Readonly<Record<string, string | number>> = { ...day };
  return COLUMNS.map((name) => cells[name] ?? null);
}

function textOf(day: StatisticsDay): string {
  const { asr, acdSeconds, billedSeconds, currency, revenue, cost } = day;
  const calls = `${day.calls} calls, ASR ${(asr * 100).toFixed(1)} %, ACD ${acdSeconds.toFixed(0)} s`;
  const minutes = `${(billedSeconds / 60).toFixed(1)} min`;
  const margin = 'margin' in day ? `, margin ${day.margin}` : '';
  const money = `revenue ${revenue}, cost ${cost}${margin} ${currency}`;
  return `${day.day} ${day.kind} ${day.party}: ${calls}, ${minutes}, ${money}`;
}
