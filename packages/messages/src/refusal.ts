import { type RefusalRow, refusalTable } from './refusal-table.ts';

/** One of the trade's reasons for not doing something: a key of the refusal table. */
export type RefusalWord = keyof typeof refusalTable;

/** An expected no: a value, never thrown. One table makes it a SIP status and a Q.850 cause. */
export interface Refusal {
  readonly refused: RefusalWord;
  /** For the record and the operator; never shown to a stranger. */
  readonly detail: string;
  /** Overrides the table's SIP status. */
  readonly status?: number | undefined;
  /** Overrides the table's Q.850 cause. */
  readonly q850?: number | undefined;
  readonly retryAfterSeconds?: number | undefined;
}

/** Refuses, with a word of the table and a detail for the record. */
export function refuse(
  refused: RefusalWord,
  detail = '',
  overrides: Partial<Pick<Refusal, 'status' | 'q850' | 'retryAfterSeconds'>> = {},
): Refusal {
  return { refused, detail, ...overrides };
}

/** Whether an answer is a refusal. */
export function isRefusal(answer: unknown): answer is Refusal {
  return typeof answer === 'object' && answer !== null && 'refused' in answer;
}

/** What a refusal becomes on the wire: status, phrase and Q.850 cause. */
export function describeRefusal(refusal: Refusal): Required<RefusalRow> {
  const row: RefusalRow = refusalTable[refusal.refused];
  return {
    status: refusal.status ?? row.status,
    phrase: row.phrase,
    q850: refusal.q850 ?? row.q850,
    meaning: row.meaning,
  };
}

/** The word that fits a text from outside (a Yate script's `error`); unknown ones are `failure`. */
export function refusalWord(text: string | undefined): RefusalWord {
  return text !== undefined && Object.hasOwn(refusalTable, text)
    ? (text as RefusalWord)
    : 'failure';
}
