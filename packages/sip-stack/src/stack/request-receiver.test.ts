import { describe, expect, it } from 'vitest';

import type { IncomingInvite, IncomingRequest } from './incoming-request.ts';
import { AnswerNotes } from './note-taker.test-support.ts';
import { MemoryBench } from './memory-bench.test-support.ts';
import type { SipStackOptions } from './stack-options.ts';

async function openBench(options: Partial<SipStackOptions> = {}) {
  const bench = await MemoryBench.open('udp', options);
  const invites: IncomingInvite[] = [];
  const requests: IncomingRequest[] = [];
  bench.stack.user = {
    onInvite: (invite) => void invites.push(invite),
    onRequest: (request) => void requests.push(request),
  };
  return { bench, invites, requests, peer: bench.peer() };
}

describe('what a request is to us (RFC 3261 §8.2, §17.2.3)', () => {
  it('keeps two senders apart that chose the same branch', async () => {
    const { bench, invites, peer } = await openBench();
    const other = bench.peer('10.0.0.2:5060');
    await peer.request({ method: 'INVITE' });
    await other.request({ method: 'INVITE', callId: 'call-2' });
    expect(invites).toHaveLength(2);
  });

  it('compares branch and sent-by without minding the case of the host', async () => {
    const { invites, peer } = await openBench();
    const via = (host: string): string => `SIP/2.0/UDP ${host};rport;branch=z9hG4bKone`;
    await peer.request({ method: 'INVITE', via: via('Phone.Example.com') });
    await peer.request({ method: 'INVITE', via: via('phone.example.COM') });
    expect(invites).toHaveLength(1);
  });

  it('knows a repeat of RFC 2543 by Call-ID, CSeq, From-tag, URI and Via', async () => {
    const { bench, invites, peer } = await openBench();
    const old = { method: 'INVITE', via: `SIP/2.0/UDP ${peer.place}` };
    await peer.request(old);
    await peer.request(old);
    invites[0]?.respond(486);
    await bench.settle();
    expect(peer.statuses).toEqual([100, 100, 486]);
    await peer.request({ ...old, method: 'ACK', toTag: peer.lastResponse.toTag ?? '' });
    await bench.turn(6_000);
    expect(bench.leftovers()).toBe(0);
    await peer.request({ ...old, cseq: 2 });
    expect(invites).toHaveLength(2);
  });

  it('answers a copy that came by another way with 482 and keeps nothing of it', async () => {
    const { bench, invites, peer } = await openBench();
    await peer.request({ method: 'INVITE' });
    await peer.request({ method: 'INVITE', branch: 'z9hG4bKtwo' });
    expect(peer.statuses).toEqual([100, 482]);
    expect(invites).toHaveLength(1);
    expect(bench.stack.stats().gauges.inviteServers).toBe(1);
  });

  it('takes the next try with a higher CSeq as a new call once the one before is answered', async () => {
    const { bench, invites, peer } = await openBench();
    await peer.request({ method: 'INVITE' });
    await peer.request({ method: 'INVITE', branch: 'z9hG4bKsoon', cseq: 2 });
    expect(peer.statuses).toEqual([100, 500]);
    expect(peer.lastResponse.get('Retry-After')).toMatch(/^\d+$/);
    invites[0]?.respond(401);
    await peer.request({ method: 'INVITE', branch: 'z9hG4bKtwo', cseq: 2 });
    expect(invites).toHaveLength(2);
    await bench.turn(33_000);
    invites[1]?.respond(486);
    await bench.turn(33_000);
    expect(bench.leftovers()).toBe(0);
  });

  it('answers CANCEL 200 under the tag of the INVITE and the INVITE 487', async () => {
    const { bench, invites, peer } = await openBench();
    await peer.request({ method: 'INVITE' });
    invites[0]?.openDialog({ localTag: 'ours' });
    invites[0]?.respond(180);
    await peer.request({ method: 'CANCEL' });
    await peer.request({ method: 'CANCEL' });
    expect(peer.statuses).toEqual([100, 180, 200, 487, 200]);
    const tags = peer.responses.map(({ toTag }) => toTag);
    expect(tags.slice(1)).toEqual(['ours', 'ours', 'ours', 'ours']);
    await peer.request({ method: 'ACK', toTag: 'ours' });
    await bench.turn(6_000);
    expect(bench.leftovers()).toBe(0);
  });

  it('lets the user word the 487', async () => {
    const { invites, peer } = await openBench();
    await peer.request({ method: 'INVITE' });
    const invite = invites[0];
    if (invite !== undefined) {
      invite.user = {
        onCancel: (cancel) =>
          invite.respond(487, { headers: [['X-Why', cancel.get('Reason') ?? '']] }),
      };
    }
    await peer.request({ method: 'CANCEL', headers: ['Reason: SIP;cause=200'] });
    expect(peer.statuses).toEqual([100, 200, 487]);
    expect(peer.lastResponse.get('X-Why')).toBe('SIP;cause=200');
  });

  it('lets a CANCEL after the answer change nothing', async () => {
    const { bench, invites, peer } = await openBench();
    await peer.request({ method: 'INVITE' });
    invites[0]?.respond(200);
    await peer.request({ method: 'CANCEL' });
    expect(peer.statuses).toEqual([100, 200, 200]);
    expect(bench.stack.stats().gauges.dialogs).toBe(1);
  });

  it('answers a CANCEL for nothing 481', async () => {
    const { bench, peer } = await openBench();
    await peer.request({ method: 'CANCEL' });
    expect(peer.statuses).toEqual([481]);
    expect(bench.leftovers()).toBe(0);
  });

  it('drops an ACK for nothing, with or without a tag', async () => {
    const { bench, peer } = await openBench();
    await peer.request({ method: 'ACK' });
    await peer.request({ method: 'ACK', toTag: 'unknown' });
    expect(peer.received).toEqual([]);
    expect(bench.stack.stats().counters.dropped).toEqual({ 'stray-ack': 2 });
  });

  it('answers a request of an unknown dialog 481, the same for each repeat', async () => {
    const { bench, peer, requests } = await openBench();
    await peer.request({ method: 'BYE', toTag: 'unknown' });
    await peer.request({ method: 'BYE', toTag: 'unknown' });
    expect(peer.statuses).toEqual([481, 481]);
    expect(peer.received[0]?.text).toBe(peer.received[1]?.text);
    expect(requests).toEqual([]);
    expect(bench.leftovers()).toBe(0);
  });

  it('shows a request with a tag of another node to whoever passes it on', async () => {
    const { bench, peer } = await openBench({ tagPrefix: 'n1-' });
    const foreign: string[] = [];
    bench.stack.user = {
      onInvite() {},
      onRequest() {},
      onForeignRequest: (request) => {
        foreign.push(`${request.method} ${request.toTag}`);
        return request.toTag === 'n2-7';
      },
    };
    await peer.request({ method: 'BYE', toTag: 'n2-7' });
    await peer.request({ method: 'ACK', toTag: 'n2-7', branch: 'z9hG4bKtwo' });
    await peer.request({ method: 'BYE', toTag: 'n3-7', branch: 'z9hG4bKthree' });
    await peer.request({ method: 'BYE', toTag: 'n1-7', branch: 'z9hG4bKfour' });
    expect(foreign).toEqual(['BYE n2-7', 'ACK n2-7', 'BYE n3-7']);
    expect(peer.statuses).toEqual([481, 481]);
  });
});

describe('admission and bounds', () => {
  it('refuses without state, and never asks about repeats or running calls', async () => {
    const asked: string[] = [];
    let isOverloaded = false;
    const { bench, invites, peer } = await openBench({
      admit: (request) => {
        asked.push(request.method);
        return isOverloaded ? { status: 503, headers: [['Retry-After', '7']] } : 'pass';
      },
    });
    await peer.request({ method: 'INVITE' });
    const dialog = invites[0]?.openDialog();
    invites[0]?.respond(200);
    isOverloaded = true;
    await peer.request({ method: 'INVITE' });
    await peer.request({ method: 'ACK', branch: 'z9hG4bKack', toTag: dialog?.localTag ?? '' });
    await peer.request({
      method: 'BYE',
      branch: 'z9hG4bKbye',
      toTag: dialog?.localTag ?? '',
      cseq: 2,
    });
    await peer.request({ method: 'INVITE', branch: 'z9hG4bKnew', callId: 'call-2' });
    expect(peer.statuses).toEqual([100, 200, 200, 503]);
    expect(peer.lastResponse.get('Retry-After')).toBe('7');
    expect(asked).toEqual(['INVITE', 'INVITE']);
    await bench.turn(33_000);
    expect(bench.leftovers()).toBe(0);
  });

  it('drops in silence, and a throw of the admission counts as a drop', async () => {
    const { bench, peer, requests } = await openBench({
      admit: (request) => {
        if (request.method === 'OPTIONS') throw new Error('broken rule');
        return 'drop';
      },
    });
    await peer.request({ method: 'INVITE' });
    await peer.request({ method: 'OPTIONS', branch: 'z9hG4bKtwo' });
    await peer.request({ method: 'CANCEL', branch: 'z9hG4bKthree' });
    expect(peer.received).toEqual([]);
    expect(requests).toEqual([]);
    expect(bench.leftovers()).toBe(0);
  });

  it('does not even read what the screen keeps out', async () => {
    const { bench, peer } = await openBench({
      screen: (flow) => flow.remoteAddress !== '10.0.0.1',
    });
    await peer.request({ method: 'OPTIONS' });
    expect(bench.stack.stats().counters).toMatchObject({
      received: {},
      dropped: { screened: 1 },
    });
  });

  it('refuses new work beyond its bound of transactions, and goes on with the old', async () => {
    const { bench, invites, peer } = await openBench({ limits: { transactionsMax: 2 } });
    for (const call of ['1', '2', '3']) {
      await peer.request({ method: 'INVITE', branch: `z9hG4bK${call}`, callId: `call-${call}` });
    }
    expect(invites).toHaveLength(2);
    expect(peer.statuses).toEqual([100, 100, 503]);
    expect(bench.notices.map(({ kind }) => kind)).toEqual(['bound-reached']);
    invites[0]?.respond(486);
    await bench.settle();
    expect(peer.statuses.at(-1)).toBe(486);
  });

  it('answers 503 while nobody is there to answer', async () => {
    const { bench, peer } = await openBench();
    bench.stack.user = undefined;
    await peer.request({ method: 'INVITE' });
    expect(peer.statuses).toEqual([503]);
    expect(bench.leftovers()).toBe(0);
  });
});

describe('bad input', () => {
  it('is answered 400 where an answer can be formed, dropped where not, and counted by kind', async () => {
    const { bench, peer } = await openBench();
    const good = peer.requestText({ method: 'OPTIONS' });
    await peer.send(good.replace('Content-Length: 0', 'Content-Length: 10'));
    await peer.send('what is this\r\n\r\n');
    await peer.send(good.replace(/Call-ID.*\r\n/, ''));
    await peer.send('\r\n\r\n');
    await peer.send('\0\0\0\0');
    expect(peer.statuses).toEqual([400]);
    expect(bench.stack.stats().counters).toMatchObject({
      malformed: { '400': 1, 'not-sip': 1, 'unanswerable-request': 1 },
      keepAlives: 2,
    });
    expect(bench.leftovers()).toBe(0);
  });

  it('answers 513 to a message beyond the caps', async () => {
    const { peer } = await openBench();
    const headers = Array.from({ length: 300 }, (_, index) => `X-${index}: y`);
    await peer.request({ method: 'OPTIONS', headers });
    expect(peer.statuses).toEqual([513]);
  });

  it('writes no second header line, whatever a value holds', async () => {
    const { peer, requests } = await openBench();
    await peer.request({ method: 'OPTIONS' });
    requests[0]?.respond(200, {
      reason: 'OK\r\nX-Evil: 1',
      headers: [
        ['X-Good', 'a\r\nX-Evil: 1'],
        ['X Bad', 'a'],
        ['Content-Length', '999'],
      ],
    });
    await new Promise<void>((resolve) => void setImmediate(resolve));
    expect(peer.lastResponse.get('X-Evil')).toBeUndefined();
    expect(peer.lastResponse.get('X-Good')).toBe('a X-Evil: 1');
    expect(peer.lastResponse.get('Content-Length')).toBe('0');
  });
});

describe('the way back of an answer (RFC 3261 §18.2.2, RFC 3581)', () => {
  it('goes to the source where rport asked for it, and tells the source', async () => {
    const { bench, peer, requests } = await openBench();
    await peer.request({
      method: 'OPTIONS',
      via: 'SIP/2.0/UDP 192.168.0.7:5070;rport;branch=z9hG4bKone',
    });
    requests[0]?.respond(200);
    await bench.settle();
    expect(peer.lastResponse.via.received).toBe('10.0.0.1');
    expect(peer.lastResponse.via.rport).toBe('5060');
  });

  it('goes to the source address and the port of sent-by where rport did not ask', async () => {
    const { bench, peer, requests } = await openBench();
    const elsewhere = bench.peer('10.0.0.1:5070');
    await peer.request({
      method: 'OPTIONS',
      via: 'SIP/2.0/UDP 192.168.0.7:5070;branch=z9hG4bKone',
    });
    requests[0]?.respond(200);
    await bench.settle();
    expect(peer.received).toEqual([]);
    expect(elsewhere.statuses).toEqual([200]);
  });

  it('goes to the source asked or not, where the stack is told so', async () => {
    const { bench, peer, requests } = await openBench({ symmetricAnswers: 'always' });
    await peer.request({
      method: 'OPTIONS',
      via: 'SIP/2.0/UDP 192.168.0.7:5070;branch=z9hG4bKone',
    });
    requests[0]?.respond(200);
    await bench.settle();
    expect(peer.statuses).toEqual([200]);
  });

  it('follows no maddr to a stranger', async () => {
    const { bench, peer, requests } = await openBench();
    const victim = bench.peer('10.9.9.9:5060');
    await peer.request({
      method: 'OPTIONS',
      via: 'SIP/2.0/UDP 10.0.0.1:5060;maddr=10.9.9.9;branch=z9hG4bKone',
    });
    requests[0]?.respond(200);
    await bench.settle();
    expect(victim.received).toEqual([]);
    expect(peer.statuses).toEqual([200]);
  });
});

describe('the next hop (RFC 3263)', () => {
  const question = {
    method: 'OPTIONS',
    uri: 'sip:b@far.invalid',
    from: '<sip:a@x>',
    to: '<sip:b@x>',
  };

  it('is asked of the resolver, and its targets are tried in order', async () => {
    const { bench, peer } = await openBench({
      resolve: async (uri) =>
        Promise.resolve([
          { transport: 'udp', address: uri === question.uri ? '10.0.0.99' : '', port: 5060 },
          { transport: 'udp', address: '10.0.0.1', port: 5060 },
        ]),
    });
    const heard = new AnswerNotes();
    bench.stack.sendRequest(question, heard);
    await bench.settle();
    await peer.answer(peer.lastRequest, 200);
    expect(heard.notes).toEqual(['final 200']);
  });

  it.each([
    ['has no address', async () => Promise.resolve([])],
    ['cannot be resolved', async () => Promise.reject(new Error('ENOTFOUND'))],
    ['is not resolved in time', async () => new Promise<never>(() => {})],
  ])('that %s fails the request', async (_what, resolve) => {
    const { bench } = await openBench({ resolve });
    const heard = new AnswerNotes();
    bench.stack.sendRequest(question, heard);
    bench.stack.sendInvite(question, heard);
    expect(heard.notes).toEqual([]);
    await bench.turn(5_100);
    expect(heard.notes).toEqual(['failed unresolvable 503', 'failed unresolvable 503']);
    expect(bench.leftovers()).toBe(0);
  });

  it('is not sought any more when the stack closes', async () => {
    const { bench } = await openBench({ resolve: async () => new Promise<never>(() => {}) });
    const heard = new AnswerNotes();
    bench.stack.sendRequest(question, heard);
    await bench.stack.close();
    expect(heard.notes).toEqual(['failed unresolvable 503']);
    expect(bench.leftovers()).toBe(0);
  });

  it('is not tried elsewhere once a peer has been heard', async () => {
    const { bench, peer } = await openBench();
    const heard = new AnswerNotes();
    bench.stack.sendInvite(
      {
        ...question,
        path: {
          targets: ['10.0.0.1', '10.0.0.2'].map((address) => ({
            transport: 'udp',
            address,
            port: 5060,
          })),
        },
      },
      heard,
    );
    await bench.settle();
    await peer.answer(peer.lastRequest, 180, { tag: 'b1' });
    await bench.stack.close();
    expect(heard.notes).toEqual(['provisional 180 b1', 'failed transport 503']);
  });
});

describe('closing', () => {
  it('stops what is being repeated', async () => {
    const { bench, invites, peer } = await openBench();
    await peer.request({ method: 'INVITE' });
    invites[0]?.respondReliably(183);
    await bench.stack.close();
    expect(bench.leftovers()).toBe(0);
  });

  it('leaves nothing, and tells those who wait', async () => {
    const { bench, invites, peer } = await openBench();
    const failures: string[] = [];
    await peer.request({ method: 'INVITE' });
    invites[0]?.respond(200);
    bench.stack.sendRequest(
      { method: 'OPTIONS', uri: `sip:${peer.place}`, from: '<sip:a@x>', to: '<sip:b@x>' },
      { onFinal() {}, onFailed: ({ kind }) => void failures.push(kind) },
    );
    await bench.settle();
    await bench.stack.close();
    expect(bench.leftovers()).toBe(0);
    await bench.turn(16);
    expect(bench.clock.pending).toBe(0);
    expect(failures).toEqual(['transport']);
    await peer.request({ method: 'INVITE', branch: 'z9hG4bKtwo', callId: 'call-2' });
    expect(bench.leftovers()).toBe(0);
  });
});
