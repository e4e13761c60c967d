import {
  formatNameAddr,
  keep,
  type MessageHeaders,
  type NameAddr,
  parseAddresses,
  parseNameAddr,
} from '@tandem/sip-stack';

/** Who calls, as the header from before RFC 3325 says it. */
export interface RemoteParty {
  /** Address of the calling party, without the parameters of the header. */
  readonly address: string;
  /** He wants to stay unknown. */
  readonly isWithheld: boolean;
}

const ENTRIES_MAX = 5;

/**
 * Reads Remote-Party-ID (draft-ietf-sip-privacy-04), which many exchanges still send: the entry of
 * the calling party, which is meant where none is named. Undefined where there is none.
 */
export function readRemoteParty(headers: MessageHeaders): RemoteParty | undefined {
  if (!headers.has('Remote-Party-ID')) return undefined;
  const calling = parseAddresses(headers, 'Remote-Party-ID', ENTRIES_MAX).find(isCalling);
  if (calling === undefined) return undefined;
  const privacy = calling.params.get('privacy')?.toLowerCase() ?? 'off';
  return {
    address: keep(formatNameAddr(calling.displayName, calling.uriText)),
    isWithheld: privacy !== 'off' && privacy !== 'none',
  };
}

/** Writes an address that was vouched for as Remote-Party-ID; undefined for what is no address. */
export function formatRemoteParty(asserted: string, isWithheld: boolean): string | undefined {
  const address = parseNameAddr(asserted);
  if (address === undefined) return undefined;
  const value = formatNameAddr(address.displayName, address.uriText);
  return `${value};party=calling;screen=yes;privacy=${isWithheld ? 'full' : 'off'}`;
}

function isCalling({ params }: NameAddr): boolean {
  return (params.get('party')?.toLowerCase() ?? 'calling') === 'calling';
}
