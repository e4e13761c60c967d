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

  createOffer = async () => ({ type: 'offer', sdp: SDP });
  createAnswer = async () => ({ type: 'answer', sdp: SDP });
  setLocalDescription = async (description: unknown) => {
    this.localDescription = description;
  };
  setRemoteDescription = async () => undefined;
  getSenders = () => [];
  addTrack = () => undefined;
  close = () => undefined;
}

const SDP =
  'v=0\r\no=js 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 9 RTP/AVP 0\r\n';

test('a phone in a browser registers over WebSocket, is called, and is reached by its connection', async () => {
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
  const ended = new Moment();
  const ua = new JsSIP.UA({
    sockets: [new JsSIP.WebSocketInterface(`ws://${ws.slice(3)}`)],
    uri: 'sip:js@example.com',
    password: 'j',
    register_expires: 300,
    session_timers: false,
  });
  ua.on('registered', () => registered.happen());
  ua.on('newRTCSession', ({ session }: { session: { direction: string } & RtcSession }) => {
    if (session.direction !== 'incoming') return;
    session.on('ended', () => ended.happen());
    session.answer({ mediaConstraints: { audio: false, video: false } });
  });
  ua.start();
  await registered.wait();
  expect([...registrar.bindings.get('js')!.values()][0]?.connection).toMatch(/^ws;/);

  const server = udp.slice(4);
  await using alice = await Phone.open({
    clock: systemClock,
    name: 'alice',
    password: 'a',
    server,
  });
  const caller = alice.call('js');
  await caller.answered.wait();
  expect(caller.remoteSdp).toContain('o=js');
  expect(await caller.hangUp()).toBe(200);
  await ended.wait();

  ua.stop();
  await engine.stop();
});

interface RtcSession {
  on(event: string, listener: () => void): void;
  answer(options: object): void;
}
