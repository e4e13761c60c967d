import { type Body, isSdp } from '@tandem/messages';
import { isSameSession } from '@tandem/sip-stack';

/**
 * The descriptions in force on one leg: the last of each direction that an answer confirmed. A
 * refused change touches neither (RFC 3261 §14.1).
 */
export class SessionMedia {
  /** What we sent last; repeated byte for byte when the session is refreshed. */
  sent: Body | undefined;
  /** What the peer sent last. */
  received: Body | undefined;

  /** Whether the peer's offer repeats what is in force: a refresh, not a change. */
  isRefresh(offer: Body): boolean {
    return (
      isSdp(offer) &&
      isSdp(this.received) &&
      isSdp(this.sent) &&
      isSameSession(this.received.content, offer.content)
    );
  }
}
