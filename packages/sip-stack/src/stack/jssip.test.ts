import { createRequire } from 'node:module';

import { systemClock } from '@tandem/engine';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';

import type { Dialog } from '../dialog/dialog.ts';
import type { Flow } from '../transport/flow.ts';
import type { IncomingInvite } from './incoming-request.ts';
import { createSipStack } from './live-sip-stack.ts';
import { AnswerNotes, DialogNotes } from './note-taker.test-support.ts';
import type { SipStack } from './sip-stack.ts';

/** As much of JsSIP as is used here; its own types want a browser. */
interface Session {
  on(event: string, hear: (data: never) => void): void;
  answer(options: object): void;
  hold(): boolean;
  terminate(): void;
  sendDTMF(tone: string): void;
}
interface UserAgent {
  on(event: string, hear: (data: never) => void): void;
  start(): void;
  stop(): void;
  call(target: string, options: object): Session;
}
interface JsSip {
  UA: new (options: object) => UserAgent;
  WebSocketInterface: new (url: string) => object;
}

const SDP =
  'v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 9 RTP/AVP 0\r\n';

/** The part of a browser that JsSIP asks for sound; there is none. */
class SilentPeerConnection extends EventTarget {
  readonly iceGatheringState = 'complete';
  signalingState = 'stable';
  localDescription: unknown = null;
  remoteDescription: unknown = null;

  createOffer = async (): Promise<object> => Promise.resolve({ type: 'offer', sdp: SDP });
  createAnswer = async (): Promise<object> => Promise.resolve({ type: 'answer', sdp: SDP });
  getSenders = (): never[] => [];

  async setLocalDescription(description: { sdp: string }): Promise<void> {
    this.localDescription = description;
    return Promise.resolve();
  }

  async setRemoteDescription(description: unknown): Promise<void> {
    this.remoteDescription = description;
    return Promise.resolve();
  }

  close(): void {
    this.signalingState = 'closed';
  }
}

const browser = globalThis as Record<string, unknown>;
const borrowed = ['window', 'WebSocket', 'RTCPeerConnection', 'RTCSessionDescription'];
let stack: SipStack;
let agent: UserAgent;
let phoneFlow: Flow | undefined;
let dialog: Dialog | undefined;

/** An answer without SDP would make the phone hang up. */
class SoundingDialogNotes extends DialogNotes {
  override onInvite(invite: IncomingInvite): void {
    this.notes.push('INVITE');
    invite.respond(200, { body: { type: 'application/sdp', content: SDP } });
  }
}
const within = new SoundingDialogNotes();

async function until(isDone: () => boolean): Promise<void> {
  for (let turn = 0; turn < 3_000 && !isDone(); turn++) {
    await new Promise<void>((resolve) => void setTimeout(resolve, 1));
  }
  expect(isDone()).toBe(true);
}

beforeEach(async () => {
  browser['window'] = { RTCPeerConnection: SilentPeerConnection };
  browser['WebSocket'] = WebSocket;
  browser['RTCPeerConnection'] = SilentPeerConnection;
  browser['RTCSessionDescription'] = class {
    constructor(readonly init: object) {
      Object.assign(this, init);
    }
  };
  stack = createSipStack({ clock: systemClock });
  const [listener] = await stack.listen({ transport: 'ws', host: '127.0.0.1', port: 0 });
  stack.user = {
    onInvite: (invite) => {
      dialog = invite.openDialog();
      dialog.user = within;
      invite.respond(180);
      invite.respond(200, { body: { type: 'application/sdp', content: SDP } });
    },
    onRequest: (request) => {
      phoneFlow = request.flow;
      const contact = request.request.get('Contact') ?? '';
      request.respond(200, { headers: [['Contact', `${contact};expires=600`]] });
    },
  };
  const { UA, WebSocketInterface } = createRequire(import.meta.url)('jssip') as JsSip;
  agent = new UA({
    sockets: [new WebSocketInterface(`ws://127.0.0.1:${listener?.port}`)],
    uri: 'sip:alice@example.com',
    password: 'secret',
  });
  const registered = new Promise<void>((resolve) => agent.on('registered', () => resolve()));
  agent.start();
  await registered;
});

afterEach(async () => {
  agent.stop();
  await stack.close();
  for (const name of borrowed) Reflect.deleteProperty(browser, name);
});

describe('JsSIP as the phone', () => {
  it('calls, holds, sends a digit, and is hung up', async () => {
    const heard: string[] = [];
    const session = agent.call('sip:bob@example.com', {
      mediaConstraints: { audio: false, video: false },
    });
    for (const event of ['progress', 'confirmed', 'hold', 'ended', 'failed']) {
      session.on(event, () => void heard.push(event));
    }
    await until(() => heard.includes('confirmed'));
    expect(session.hold()).toBe(true);
    await until(() => heard.includes('hold') && within.notes.includes('INVITE'));
    session.sendDTMF('5');
    await until(() => within.notes.includes('INFO'));
    expect(dialog?.isFlowBound).toBe(true);
    expect(dialog?.remoteTarget).toContain('.invalid');
    dialog?.sendBye();
    await until(() => heard.includes('ended'));
    expect(heard).not.toContain('failed');
  });

  it('is called on the connection it opened and hangs up', async () => {
    const heard = new AnswerNotes();
    const byes = new DialogNotes();
    agent.on('newRTCSession', ({ session }: { session: Session }) => {
      session.answer({ mediaConstraints: { audio: false, video: false } });
      session.on('confirmed', () => setTimeout(() => session.terminate(), 1));
    });
    const invite = stack.sendInvite(
      {
        uri: 'sip:alice@unknown.invalid;transport=ws',
        from: '<sip:bob@example.com>',
        to: '<sip:alice@example.com>',
        body: { type: 'application/sdp', content: SDP },
        path: phoneFlow === undefined ? {} : { flow: phoneFlow },
      },
      heard,
    );
    await until(() => heard.notes.some((note) => note.startsWith('answered')));
    const [answered] = heard.dialogs.slice(-1);
    if (answered !== undefined) answered.user = byes;
    invite.ack();
    await until(() => byes.notes.length > 0);
    expect(byes.notes).toEqual(['BYE ended']);
  });
});
