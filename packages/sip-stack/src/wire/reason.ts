import { isToken, parseDecimal } from './characters.ts';
import { splitCommaList } from './comma-list.ts';
import { parseParams } from './params.ts';
import { quote } from './quoted-string.ts';

/** Why a request was sent (RFC 3326): a SIP status, a Q.850 cause, or a protocol of others. */
export interface ReasonValue {
  /** As written by convention: `SIP`, `Q.850`; others as they came. */
  readonly protocol: string;
  readonly cause: number | undefined;
  /** Quotes undone; undefined where none was given. */
  readonly text: string | undefined;
}

/** Reads all Reason header values in order; broken ones are left out, for a reason is no reason to refuse. */
export function parseReasons(values: readonly string[]): ReasonValue[] {
  const reasons: ReasonValue[] = [];
  for (const value of values) {
    for (const element of splitCommaList(value)) {
      const semicolon = element.indexOf(';');
      const end = semicolon < 0 ? element.length : semicolon;
      const protocol = element.slice(0, end).trim();
      const params = parseParams(element, end);
      if (!isToken(protocol) || params === undefined) continue;
      reasons.push({
        protocol: KNOWN_PROTOCOLS.get(protocol.toLowerCase()) ?? protocol,
        cause: parseDecimal(params.get('cause') ?? '', 65_535),
        text: params.get('text'),
      });
    }
  }
  return reasons;
}

/** Writes one Reason value: `Q.850;cause=16;text="Normal call clearing"`. */
export function formatReason(reason: ReasonValue): string {
  const cause = reason.cause === undefined ? '' : `;cause=${reason.cause}`;
  const text = reason.text === undefined ? '' : `;text=${quote(reason.text)}`;
  return `${reason.protocol}${cause}${text}`;
}

/** The first Q.850 cause among reasons, 0 to 127; undefined where there is none. */
export function q850Cause(reasons: readonly ReasonValue[]): number | undefined {
  return reasons.find(
    ({ protocol, cause }) => protocol === 'Q.850' && cause !== undefined && cause <= 127,
  )?.cause;
}

const KNOWN_PROTOCOLS: ReadonlyMap<string, string> = new Map([
  ['sip', 'SIP'],
  ['q.850', 'Q.850'],
]);
