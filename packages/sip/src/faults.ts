import { defineFaults, TandemError } from '@tandem/engine';
import type { ListenItem } from './listen-item.ts';

declare module '@tandem/engine' {
  interface FaultCodes {
    SIP_ADDRESS_TAKEN: true;
    SIP_ADDRESS_UNUSABLE: true;
  }
}

/** The faults of the SIP driver. */
export const sipFaults = defineFaults({
  SIP_ADDRESS_TAKEN: {
    meaning: 'Another program listens at an address of `[sip] listen`.',
    remedy: 'End it, or set `[sip] listen` to another port: `ss -lnup` shows who has this one.',
  },
  SIP_ADDRESS_UNUSABLE: {
    meaning: 'SIP cannot listen at an address of `[sip] listen`.',
    remedy: 'Set `[sip] listen` to addresses of this machine and ports that this user may use.',
  },
});

/** What a socket's complaint about its address becomes; anything else stays as it is. */
export function faultOfListening({ transport, host, port }: ListenItem, thrown: unknown): unknown {
  const { code, message } = thrown as { readonly code?: unknown; readonly message?: unknown };
  const details = { address: `${transport}:${host}:${port}`, reason: String(message) };
  switch (code) {
    case 'EADDRINUSE':
      return new TandemError('SIP_ADDRESS_TAKEN', details, { cause: thrown });
    case 'EACCES':
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return new TandemError('SIP_ADDRESS_UNUSABLE', details, { cause: thrown });
    default:
      return thrown;
  }
}
