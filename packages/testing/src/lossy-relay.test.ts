import { systemClock } from '@tandem/engine';
import {
  createSipStack,
  type Dialog,
  type IncomingInvite,
  type OutgoingInvite,
  type RequestFailure,
  type SipRequest,
  type SipStack,
  type TimerValues,
} from '@tandem/sip-stack';
import { describe, expect, it } from 'vitest';

import { LossyRelay } from './lossy-relay.ts';

const CALLS = 200;
// A tenth of the usual: the same repeats in a tenth of the time.
const timers: TimerValues = { t1Ms: 50, t2Ms: 400, t4Ms: 500 };

async function openStack(product: string): Promise<{ stack: SipStack; port: number }> {
  const stack = createSipStack({ clock: systemClock, timers, product });
  const [listener] = await stack.listen({ transport: 'udp', host: '127.0.0.1', port: 0 });
  if (listener === undefined) throw new Error('nothing listens');
  return { stack, port: listener.port };
}

/** The callee: answers every call after a ring, notes what it heard of each. */
class Callee {
  readonly invites = new Map<string, number>();
  readonly acks = new Map<string, number>();
  readonly byes = new Map<string, number>();

  constructor(stack: SipStack) {
    stack.user = { onInvite: (invite) => this.#answer(invite), onRequest: (r) => r.respond(200) };
  }

  #answer(invite: IncomingInvite): void {
    raise(this.invites, invite.request.callId);
    const dialog = invite.openDialog();
    dialog.user = {
      onRequest: (request) => request.respond(200),
      onInvite: (again) => again.respond(488),
      onBye: (bye: SipRequest) => raise(this.byes, bye.callId),
    };
    invite.user = { onAck: (ack) => raise(this.acks, ack.callId) };
    invite.respond(180);
    invite.respond(200, { body: { type: 'application/sdp', content: 'v=0\r\n' } });
  }
}

/** One call of the caller's: INVITE, ACK, BYE; resolves with what happened. */
function placeCall(stack: SipStack, port: number): Promise<string> {
  return new Promise((resolve) => {
    const fail = (failure: RequestFailure): void => resolve(`failed ${failure.kind}`);
    let answers = 0;
    const invite: OutgoingInvite = stack.sendInvite(
      {
        uri: `sip:callee@127.0.0.1:${port}`,
        from: '<sip:caller@example.com>',
        to: '<sip:callee@example.com>',
        path: { targets: [{ transport: 'udp', address: '127.0.0.1', port }] },
        body: { type: 'application/sdp', content: 'v=0\r\n' },
      },
      {
        onAnswered(_response, dialog: Dialog) {
          answers++;
          // What is inside the dialog goes through the relay as well, not to the Contact.
          dialog.isFlowBound = true;
          invite.ack();
          dialog.sendBye(
            {},
            { onFinal: ({ status }) => resolve(`${answers} ${status}`), onFailed: fail },
          );
        },
        onRefused: ({ status }) => resolve(`refused ${status}`),
        onFailed: fail,
      },
    );
  });
}

function raise(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

describe('one in five datagrams lost both ways', () => {
  it('does not keep 200 calls from completing exactly once each', async () => {
    const callee = await openStack('callee');
    const caller = await openStack('caller');
    await using relay = await LossyRelay.open({
      host: '127.0.0.1',
      port: callee.port,
      loss: 0.2,
      seed: 20_260_101,
      duplicates: 0.02,
    });
    const heard = new Callee(callee.stack);
    const outcomes = await Promise.all(
      Array.from({ length: CALLS }, () => placeCall(caller.stack, relay.port)),
    );
    const tally = new Map<string, number>();
    for (const outcome of outcomes) raise(tally, outcome);
    expect(Object.fromEntries(tally)).toEqual({ '1 200': CALLS });
    expect([...heard.invites.values()]).toEqual(Array.from({ length: CALLS }, () => 1));
    expect([...heard.byes.values()]).toEqual(Array.from({ length: CALLS }, () => 1));
    expect(Math.max(...heard.acks.values())).toBe(1);
    expect(relay.lost / (relay.lost + relay.passed)).toBeGreaterThan(0.15);
    expect(callee.stack.stats().counters.repeatsReceived).toBeGreaterThan(0);
    // Timer D is 32 s whatever T1 is, but no call was refused; 64 T1 empties everything.
    await new Promise<void>((resolve) => void setTimeout(resolve, 64 * timers.t1Ms + 900));
    for (const { stack } of [caller, callee]) {
      const { listeners, ...gauges } = stack.stats().gauges;
      expect(listeners).toBe(1);
      expect(Object.values(gauges).every((gauge) => gauge === 0)).toBe(true);
    }
    await caller.stack.close();
    await callee.stack.close();
  });

  it('is repeated by the seed: the same datagrams meet the same fate', async () => {
    const fates: string[] = [];
    for (let round = 0; round < 2; round++) {
      const { stack, port } = await openStack('callee');
      let fate = '';
      stack.user = { onInvite() {}, onRequest: (request) => request.respond(200) };
      await using relay = await LossyRelay.open({ host: '127.0.0.1', port, loss: 0.5, seed: 7 });
      const sender = await openStack('sender');
      for (let index = 0; index < 20; index++) {
        const before = relay.passed + relay.lost;
        const lostBefore = relay.lost;
        const flow = sender.stack.findFlow({
          listener: `udp:127.0.0.1:${sender.port}`,
          transport: 'udp',
          remoteAddress: '127.0.0.1',
          remotePort: relay.port,
          connectionId: 0,
        });
        flow?.send('\r\n\r\n');
        while (relay.passed + relay.lost === before) {
          await new Promise<void>((resolve) => void setImmediate(resolve));
        }
        fate += relay.lost > lostBefore ? '-' : '+';
      }
      fates.push(fate);
      await sender.stack.close();
      await stack.close();
    }
    expect(fates[0]).toBe(fates[1]);
    expect(fates[0]).toMatch(/-/);
    expect(fates[0]).toMatch(/\+/);
  });
});
