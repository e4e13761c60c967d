import { bodyOf, type Phone, type PhoneCall, phoneSdp, type SipCluster } from '@tandem/testing';
import type { SipResponse } from '@tandem/sip-stack';
import { describe, expect, test } from 'vitest';
import { aliceAndBob, dial, hangUp, ring, ways } from './connect.ts';

const RELIABLE = { headers: [['Supported', '100rel']] } as const;

/** The caller acknowledges a reliable answer; resolves with the final answer to its PRACK. */
function prack(phone: Phone, heard: SipResponse, sdp?: string): Promise<SipResponse> {
  const dialog = phone.stack.findDialog(heard.callId, heard.fromTag!, heard.toTag!);
  return new Promise((resolve, reject) => {
    const headers = [['RAck', `${heard.get('RSeq')} ${heard.cseq.number} INVITE`]] as const;
    const onFailed = ({ message }: { message: string }): void => reject(new Error(message));
    dialog!.sendRequest('PRACK', { headers, ...bodyOf(sdp) }, { onFinal: resolve, onFailed });
  });
}

/** The called phone answers PRACKs, with these descriptions; what they brought. */
function answerPracks(callee: PhoneCall, sdp?: string): string[] {
  const brought: string[] = [];
  const { incoming } = callee;
  incoming!.user = {
    ...incoming!.user,
    onPrack: (request) => {
      brought.push(request.request.body);
      request.respond(200, bodyOf(sdp));
    },
  };
  return brought;
}

async function early(
  cluster: SipCluster,
  alice: Phone,
  bob: Phone,
): Promise<{ caller: PhoneCall; callee: PhoneCall; heard: SipResponse }> {
  const { caller, callee } = await dial(cluster, alice, bob, 'bob', RELIABLE);
  const dialog = callee.adopt(callee.incoming!.openDialog());
  callee.incoming!.respondReliably(183, { dialog, ...bodyOf(phoneSdp('bob')) });
  await cluster.until('the caller hears it', caller.ringing);
  return { caller, callee, heard: await caller.ringing.wait() };
}

describe.each(ways)('$way', (way) => {
  test('21. a reliable 183 is PRACKed end to end with an offer in the PRACK', async () => {
    await using both = await aliceAndBob(way);
    const { cluster, alice, bob } = both;
    const { caller, callee, heard } = await early(cluster, alice, bob);
    const brought = answerPracks(callee, phoneSdp('bob', 2));
    expect(heard.get('Require')).toBe('100rel');
    expect(heard.body).toBe(phoneSdp('bob'));
    await cluster.pass(400);
    const pracks = () => cluster.wire.requests('PRACK').filter(({ to }) => to === bob.address);
    expect(pracks()).toEqual([]);
    const answer = await cluster.turnUntil(prack(alice, heard, phoneSdp('alice', 2)));
    expect(answer.status).toBe(200);
    expect(answer.body).toBe(phoneSdp('bob', 2));
    expect(brought).toEqual([phoneSdp('alice', 2)]);
    callee.incoming!.respond(200, { dialog: callee.dialog! });
    await cluster.until('it is answered', caller.answered);
    const [one] = pracks();
    const provisional = cluster.wire
      .answers('INVITE')
      .find(({ from, sip }) => from === bob.address && sip.status === 183);
    expect(one?.sip.get('RAck')).toBe(
      `${provisional?.sip.get('RSeq')} ${provisional?.sip.cseq.number} INVITE`,
    );
    await hangUp(cluster, caller, callee);
    expect(await cluster.faults()).toEqual([]);
  });

  test('22. the 200 waits for the PRACK when the reliable 183 carried SDP', async () => {
    await using both = await aliceAndBob(way);
    const { cluster, alice, bob } = both;
    const { caller, callee, heard } = await early(cluster, alice, bob);
    answerPracks(callee);
    // Bob does not wait, as some do not.
    callee.incoming!.respond(200, { dialog: callee.dialog! });
    await cluster.pass(400);
    expect(caller.statuses).not.toContain(200);
    const answer = await cluster.turnUntil(prack(alice, heard));
    expect(answer.status).toBe(200);
    await cluster.until('it is answered', caller.answered);
    // It comes to him all the same.
    const pracks = cluster.wire.requests('PRACK').filter(({ to }) => to === bob.address);
    expect(pracks).toHaveLength(1);
    await hangUp(cluster, callee, caller);
    expect(await cluster.faults()).toEqual([]);
  });

  test('22. a reliable answer that is never acknowledged ends the call with 504', async () => {
    await using both = await aliceAndBob(way);
    const { cluster, alice, bob } = both;
    const { caller } = await early(cluster, alice, bob);
    await cluster.until('the caller is let go', caller.refused, 40_000);
    expect(caller.statuses.at(-1)).toBe(504);
    expect(await cluster.faults()).toEqual([]);
  });

  test('23. an UPDATE with an offer before the answer is refused with 500 and Retry-After', async () => {
    await using both = await aliceAndBob(way);
    const { cluster, alice, bob } = both;
    const { caller, callee } = await ring(cluster, alice, bob);
    const heard = await caller.ringing.wait();
    const dialog = alice.stack.findDialog(heard.callId, heard.fromTag!, heard.toTag!)!;
    const answer = await cluster.turnUntil(
      new Promise<SipResponse>((resolve, reject) => {
        const onFailed = ({ message }: { message: string }): void => reject(new Error(message));
        dialog.sendRequest('UPDATE', bodyOf(phoneSdp('alice', 2)), { onFinal: resolve, onFailed });
      }),
    );
    expect(answer.status).toBe(500);
    expect(Number(answer.get('Retry-After'))).toBeLessThanOrEqual(10);
    expect(callee.requests).toEqual([]);
    callee.answer();
    await cluster.until('it is answered', caller.answered);
    await hangUp(cluster, caller, callee);
    expect(await cluster.faults()).toEqual([]);
  });

  test('23. an UPDATE of a call that is up crosses with its offer, and its answer comes back', async () => {
    await using both = await aliceAndBob(way);
    const { cluster, alice, bob } = both;
    const allow = [['Allow', 'INVITE, ACK, CANCEL, BYE, UPDATE']] as const;
    const { caller, callee } = await dial(cluster, alice, bob, 'bob', { headers: allow });
    callee.answer(undefined, allow);
    await cluster.until('it is answered', caller.answered);
    await cluster.pass(100);
    const body = { type: 'application/sdp', content: phoneSdp('alice', 2, 'sendonly') };
    expect(await cluster.turnUntil(caller.request('UPDATE', body))).toBe(200);
    expect(callee.requests.map(({ method }) => method)).toEqual(['UPDATE']);
    expect(callee.remoteSdp).toContain('a=sendonly');
    await hangUp(cluster, caller, callee);
    expect(await cluster.faults()).toEqual([]);
  });
});
