import type { HangupBy, LegEvent } from '@tandem/messages';
import type { Dialog, DigestClient } from '@tandem/sip-stack';
import type { LegHost } from '../leg/leg-host.ts';
import type { SessionMedia } from './session-media.ts';

/** What the small machines of one answered leg share. */
export interface SessionLink {
  readonly host: LegHost;
  readonly dialog: Dialog;
  readonly media: SessionMedia;
  /** Who sits at the other end of this leg. */
  readonly peer: Extract<HangupBy, 'caller' | 'callee'>;
  /** Credentials towards the peer, where it may challenge us. */
  readonly digest: DigestClient | undefined;
  /** Whether the peer said that it takes UPDATE. */
  readonly isUpdateAllowed: boolean;
  tell(event: LegEvent): void;
  /** The peer proved that it lives. */
  heard(): void;
  /** The peer no longer knows the dialog, or is silent: both legs end. */
  dead(why: DeadReason): void;
}

/** How a dialog was found dead. */
export type DeadReason =
  /** 481 to a request of ours. */
  | 'unknown-to-peer'
  /** 408, silence, or no way to the peer. */
  | 'silent'
  /** The session timer ran out without a refresh. */
  | 'session-expired'
  /** An ACK never came. */
  | 'noack'
  /** The answer to a late offer never came. */
  | 'no-answer-to-offer';
