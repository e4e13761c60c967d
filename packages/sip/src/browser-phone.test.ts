import { Engine, systemClock } from '@tandem/engine';
import { createSwitch } from '@tandem/switch';
import { MemoryRegistrar, Moment, Phone } from '@tandem/testing';
import JsSIP from 'jssip';
import { expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { createSipPlugin } from './plugin.ts';

/** As much of a browser's media as JsSIP asks for: descriptions that say nothing. */
class SilentPeerConnection extends EventTarget {
  readonly iceGatheringState = 'complete';
  readonly iceConnectionState = 'connected';
  readonly signalingState = 'stable';
  localDescription: unknown = null;
  remoteDescription: unknown = null;

  createOffer = async () => ({ type: 'offer', sdp: SDP });
  createAnswer = async () => ({ type: 'answer', sdp: SDP });
  setLocalDescription = async (description: unknown) => {
    this.localDescription = description;
  };
  setRemoteDescription = async (description: unknown) => {
    this.remoteDescription = description;
  };
  getSenders = () => [];
  addTrack = () => undefined;
  close = () => undefined;
}

const SDP =
  'v=0\r\no=js 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 9 RTP/AVP 0\r\n';

/** What of JsSIP's session is used here; its own types want a browser. */
interface RtcSession {
  readonly direction: string;
  on(event: string, listener: () => void): void;
  answer(options: object): void;
  hold(options: object, done: () => void): boolean;
  sendDTMF(tone: string): void;
  terminate(): void;
}

const NO_MEDIA = { mediaConstraints: { audio: false, video: false } };

/** A node with a browser phone, registered over WebSocket, and a phone by UDP. */
async function startNode() {
  Object.assign(globalThis, {
    WebSocket,
    RTCPeerConnection: SilentPeerConnection,
    RTCSessionDescription: function describe(description: object) {
      return description;
    },
    window: globalThis,
  });
  const engine = new Engine({ node: 'node1', clock: systemClock });
  const registrar = new MemoryRegistrar({ alice: 'a', js: 'j' });
  const identity = { node: 'node1', boot: 'b1' };
  const switchboard = createSwitch(engine, identity);
  await engine.install(switchboard.plugin);
  await engine.install(registrar.plugin);
  await engine.install(createSipPlugin({ switchboard, identity }), {
    listen: 'udp:127.0.0.1:0, ws:127.0.0.1:0',
  });
  const { answers } = await engine.bus.gather('node.status', {});
  const [udp = '', ws = ''] = answers.flatMap(({ answer }) => answer.addresses ?? []);

  const registered = new Moment();
  const ua = new JsSIP.UA({
    sockets: [new JsSIP.WebSocketInterface(`ws://${ws.slice(3)}`)],
    uri: 'sip:js@example.com',
    password: 'j',
    register_expires: 300,
    session_timers: false,
  });
  ua.on('registered', () => registered.happen());
  ua.start();
  await registered.wait();
  expect([...registrar.bindings.get('js')!.values()][0]?.connection).toMatch(/^ws;/);
  const alice = await Phone.open({
    clock: systemClock,
    name: 'alice',
    password: 'a',
    server: udp.slice(4),
  });
  return {
    ua,
    alice,
    async [Symbol.asyncDispose]() {
      ua.stop();
      await alice.close();
      await engine.stop();
    },
  };
}

test('a phone in a browser registers over WebSocket, is called, and is reached by its connection', async () => {
  await using node = await startNode();
  const { ua, alice } = node;
  const ended = new Moment();
  ua.on('newRTCSession', ({ session }: { session: RtcSession }) => {
    if (session.direction !== 'incoming') return;
    session.on('ended', () => ended.happen());
    session.answer(NO_MEDIA);
  });
  const caller = alice.call('js');
  await caller.answered.wait();
  expect(caller.remoteSdp).toContain('o=js');
  expect(await caller.hangUp()).toBe(200);
  await ended.wait();
});

test('a phone in a browser calls, holds, sends a digit and hangs up', async () => {
  await using node = await startNode();
  const { ua, alice } = node;
  expect((await alice.register()).status).toBe(200);
  const waiting = alice.nextCall();
  const confirmed = new Moment();
  const session = ua.call('sip:alice@example.com', NO_MEDIA) as unknown as RtcSession;
  session.on('confirmed', () => confirmed.happen());
  const callee = await waiting;
  callee.ring();
  callee.answer();
  await confirmed.wait();
  await callee.answered.wait();

  const held = new Moment();
  expect(session.hold({}, () => held.happen())).toBe(true);
  await held.wait();
  expect(callee.remoteSdp).toContain('a=sendonly');

  const digit = new Moment<string>();
  callee.onRequest = ({ request }) => {
    if (request.method === 'INFO') digit.happen(request.body);
    return undefined;
  };
  session.sendDTMF('5');
  expect(await digit.wait()).toMatch(/Signal=5/);
  session.terminate();
  await callee.ended.wait();
});
