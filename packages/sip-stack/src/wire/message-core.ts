import type { CSeq } from './cseq.ts';
import type { NameAddr } from './name-addr.ts';
import type { Via } from './via.ts';

/** What every accepted message has, checked and parsed when it arrived (RFC 3261 §8.1.1). */
export interface MessageCore {
  /** Topmost Via. */
  readonly via: Via;
  readonly from: NameAddr;
  readonly to: NameAddr;
  readonly callId: string;
  readonly cseq: CSeq;
}
