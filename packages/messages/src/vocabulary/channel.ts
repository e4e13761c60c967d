import type { Ask, Tell } from '@tandem/engine';
import { declareMessage } from '../declaration.ts';
import type { Refusal } from '../refusal.ts';
import type { Route } from './call-route.ts';

/** What messages about a living leg say: Yate's channel block. */
export interface ChannelBlock {
  readonly id: string;
  readonly module: string;
  readonly direction: 'incoming' | 'outgoing';
  readonly billid: string;
  readonly address: string;
  /** The leg at the other side, or empty. */
  readonly peerid: string;
  readonly status: string;
}

declare module '@tandem/engine' {
  interface MessageMap {
    'chan.startup': Tell<ChannelBlock & { caller: string; called: string; username: string }>;
    'call.progress': Tell<ChannelBlock & { hasEarlyMedia: boolean }>;
    'call.ringing': Tell<ChannelBlock & { hasEarlyMedia: boolean }>;
    'call.answered': Tell<ChannelBlock>;
    'chan.hangup': Tell<ChannelBlock & { reason: string; sipCode: number; q850: number }>;
    /** An answer eats the digits. */
    'chan.dtmf': Ask<ChannelBlock & { text: string; detected: string }, true>;
    /** An answer reroutes the leg that was left. */
    'chan.disconnected': Ask<ChannelBlock & { reason: string }, Route>;
    /** An answer refuses the change. */
    'call.update': Ask<ChannelBlock & { operation: 'request'; hasBody: boolean }, Refusal>;
  }
}

const block: ChannelBlock = {
  id: 'sip/node1-k3x9-18',
  module: 'sip',
  direction: 'outgoing',
  billid: 'node1-k3x9-17',
  address: '198.51.100.9:5060',
  peerid: 'sip/node1-k3x9-17',
  status: 'ringing',
};

/** A leg began. */
export const chanStartup = declareMessage({
  name: 'chan.startup',
  kind: 'tell',
  summary: 'A leg began.',
  sentBy: 'switch, per leg',
  heardBy: 'plugins',
  sample: { ...block, caller: 'alice', called: 'bob', username: '' },
});

/** An outgoing leg has early media. */
export const callProgress = declareMessage({
  name: 'call.progress',
  kind: 'tell',
  summary: 'An outgoing leg made progress without ringing: 181–183.',
  sentBy: 'switch',
  heardBy: 'plugins',
  sample: { ...block, hasEarlyMedia: true },
});

/** An outgoing leg rings. */
export const callRinging = declareMessage({
  name: 'call.ringing',
  kind: 'tell',
  summary: 'An outgoing leg rings.',
  sentBy: 'switch',
  heardBy: 'plugins',
  sample: { ...block, hasEarlyMedia: false },
});

/** A call was answered by the leg named. */
export const callAnswered = declareMessage({
  name: 'call.answered',
  kind: 'tell',
  summary: 'The leg named answered, and won the call.',
  sentBy: 'switch, as the 200 goes to the caller',
  heardBy: 'ledger, plugins',
  sample: { ...block, status: 'answered' },
});

/** A leg ended. */
export const chanHangup = declareMessage({
  name: 'chan.hangup',
  kind: 'tell',
  summary: 'A leg ended; the last message about it.',
  sentBy: 'switch, per leg',
  heardBy: 'breakers, plugins',
  sample: { ...block, status: 'gone', reason: 'busy', sipCode: 486, q850: 17 },
});

/** Digits arrived. */
export const chanDtmf = declareMessage({
  name: 'chan.dtmf',
  kind: 'ask',
  summary: 'Digits arrived by signalling; an answer eats them, else they cross to the other leg.',
  sentBy: 'switch',
  heardBy: 'plugins 100',
  sample: { ...block, text: '5', detected: 'sip-info' },
});

/** The other leg of a call has left. */
export const chanDisconnected = declareMessage({
  name: 'chan.disconnected',
  kind: 'ask',
  summary: 'A called leg left an answered call; an answer connects the caller elsewhere.',
  sentBy: 'switch',
  heardBy: 'plugins 100',
  sample: { ...block, reason: 'hangup' },
});

/** A leg asks to change the session. */
export const callUpdate = declareMessage({
  name: 'call.update',
  kind: 'ask',
  summary: 'A leg asks to change the session; an answer refuses it.',
  sentBy: 'switch',
  heardBy: 'plugins 100',
  sample: { ...block, operation: 'request', hasBody: true },
});
