import { describe, expect, it } from 'vitest';

import type { IncomingInvite } from '../stack/incoming-request.ts';
import { type HandRequest, MemoryBench, STACK } from '../stack/memory-bench.test-support.ts';
import { AnswerNotes, DialogNotes } from '../stack/note-taker.test-support.ts';
import type { Dialog } from './dialog.ts';

const sdp = (content: string) => ({ type: 'application/sdp', content });

/** A call that came in and is up: the peer is the caller. */
async function answeredCall(invite: Partial<HandRequest> = {}) {
  const bench = await MemoryBench.open();
  const invites: IncomingInvite[] = [];
  bench.stack.user = { onInvite: (incoming) => void invites.push(incoming), onRequest() {} };
  const peer = bench.peer();
  await peer.request({ method: 'INVITE', ...invite });
  const [first] = invites;
  if (first === undefined) throw new Error('no INVITE came');
  const dialog = first.openDialog();
  const notes = new DialogNotes();
  dialog.user = notes;
  first.respond(200, { body: sdp('answer') });
  const toTag = dialog.localTag;
  await peer.request({ method: 'ACK', branch: 'z9hG4bKack', toTag });
  const within = (method: string, cseq: number, more: Partial<HandRequest> = {}) =>
    peer.request({ method, cseq, toTag, branch: `z9hG4bK${method}${cseq}`, ...more });
  return { bench, peer, dialog, notes, within, toTag };
}

/** A call of ours that is up: the peer is the callee. */
async function placedCall(headers: readonly string[] = []) {
  const bench = await MemoryBench.open();
  const peer = bench.peer();
  const heard = new AnswerNotes();
  const invite = bench.stack.sendInvite(
    { uri: `sip:bob@${peer.place}`, from: '"A" <sip:alice@x>', to: '<sip:bob@x>' },
    heard,
  );
  await bench.settle();
  await peer.answer(peer.lastRequest, 200, { tag: 'b1', headers });
  const [dialog] = heard.dialogs;
  if (dialog === undefined) throw new Error('no dialog came');
  const notes = new DialogNotes();
  dialog.user = notes;
  return { bench, peer, dialog, notes, invite, heard };
}

describe('a dialog of an incoming INVITE (RFC 3261 §12.1.1)', () => {
  it('knows tags, target, routes and names of both sides', async () => {
    const { dialog, bench } = await answeredCall({
      headers: ['Record-Route: <sip:10.0.0.1:5060;lr>, <sip:p2.invalid;lr>'],
    });
    expect(dialog).toMatchObject({
      callId: 'call-1',
      remoteTag: 'alice',
      state: 'confirmed',
      isIncoming: true,
      local: '<sip:bob@example.com>',
      remote: '<sip:alice@example.com>',
      remoteTarget: 'sip:alice@10.0.0.1:5060',
      routeSet: ['<sip:10.0.0.1:5060;lr>', '<sip:p2.invalid;lr>'],
    });
    expect(bench.stack.findDialog('call-1', dialog.localTag, 'alice')).toBe(dialog);
    expect(bench.stack.findDialog('call-2', dialog.localTag, 'alice')).toBeUndefined();
  });

  it('answers with Record-Route, its own Contact and tag', async () => {
    const { peer, dialog } = await answeredCall({ headers: ['Record-Route: <sip:10.0.0.1;lr>'] });
    const answer = peer.lastResponse;
    expect(answer.getAll('Record-Route')).toEqual(['<sip:10.0.0.1;lr>']);
    expect(answer.get('Contact')).toBe(`<sip:${dialog.localTag}@${STACK}>`);
    expect(answer.toTag).toBe(dialog.localTag);
    expect(answer.body).toBe('answer');
  });

  it('follows its route set in order, loosely', async () => {
    const { bench, dialog, peer } = await answeredCall({
      headers: ['Record-Route: <sip:10.0.0.1:5060;lr>', 'Record-Route: <sip:p2.invalid;lr>'],
    });
    dialog.sendRequest('INFO', { body: sdp('x') }, new AnswerNotes());
    await bench.settle();
    const info = peer.lastRequest;
    expect(info.uri).toBe('sip:alice@10.0.0.1:5060');
    expect(info.getAll('Route')).toEqual(['<sip:10.0.0.1:5060;lr>', '<sip:p2.invalid;lr>']);
    expect(info.from.text).toBe(`<sip:bob@example.com>;tag=${dialog.localTag}`);
    expect(info.to.text).toBe('<sip:alice@example.com>;tag=alice');
    expect(info.cseq).toEqual({ number: 1, method: 'INFO' });
  });

  it('puts a strict router into the Request-URI and the target behind the routes', async () => {
    const { bench, dialog, peer } = await answeredCall({
      headers: ['Record-Route: <sip:10.0.0.1:5060>, <sip:p2.invalid;lr>'],
    });
    dialog.sendRequest('INFO', {}, new AnswerNotes());
    await bench.settle();
    expect(peer.lastRequest.uri).toBe('sip:10.0.0.1:5060');
    expect(peer.lastRequest.getAll('Route')).toEqual([
      '<sip:p2.invalid;lr>',
      '<sip:alice@10.0.0.1:5060>',
    ]);
  });

  it('opens several early dialogs, of which the answered one is left', async () => {
    const bench = await MemoryBench.open();
    const invites: IncomingInvite[] = [];
    bench.stack.user = { onInvite: (incoming) => void invites.push(incoming), onRequest() {} };
    const peer = bench.peer();
    await peer.request({ method: 'INVITE' });
    const invite = invites[0];
    const first = invite?.openDialog({ localTag: 'one' });
    const second = invite?.openDialog({ localTag: 'two' });
    if (first === undefined || second === undefined) throw new Error('no dialog opened');
    invite?.respond(180, { dialog: first });
    invite?.respond(183, { dialog: second, body: sdp('early') });
    expect(bench.stack.stats().gauges.dialogs).toBe(2);
    invite?.respond(200, { dialog: second });
    await bench.settle();
    expect(peer.responses.map(({ toTag }) => toTag)).toEqual([undefined, 'one', 'two', 'two']);
    expect([first.state, second.state]).toEqual(['ended', 'confirmed']);
    expect(bench.stack.stats().gauges.dialogs).toBe(1);
  });

  it('forgets all early dialogs with the refusal', async () => {
    const bench = await MemoryBench.open();
    const dialogs: Dialog[] = [];
    bench.stack.user = {
      onInvite: (incoming) => {
        dialogs.push(incoming.openDialog(), incoming.openDialog());
        incoming.respond(183);
        incoming.respond(480);
      },
      onRequest() {},
    };
    await bench.peer().request({ method: 'INVITE' });
    expect(dialogs.map(({ state }) => state)).toEqual(['ended', 'ended']);
    expect(bench.stack.stats().gauges).toMatchObject({ dialogs: 0, endedDialogs: 0 });
  });
});

describe('a dialog of our own INVITE (RFC 3261 §12.1.2)', () => {
  it('reverses Record-Route and takes target and tag of the 2xx', async () => {
    const { bench, dialog, invite, peer } = await placedCall([
      'Record-Route: <sip:p1.invalid;lr>, <sip:10.0.0.1:5060;lr>',
    ]);
    expect(dialog.routeSet).toEqual(['<sip:10.0.0.1:5060;lr>', '<sip:p1.invalid;lr>']);
    expect(dialog.remoteTarget).toBe(`sip:b1@${peer.place}`);
    invite.ack();
    await bench.settle();
    expect(peer.lastRequest.getAll('Route')).toEqual(dialog.routeSet);
    expect(peer.lastRequest.cseq).toEqual({ number: 1, method: 'ACK' });
    expect(dialog.local).toBe('"A" <sip:alice@x>');
  });

  it('leaves out a Record-Route that nothing could be sent along', async () => {
    const { dialog } = await placedCall(['Record-Route: nonsense, <sip:10.0.0.1:5060;lr>']);
    expect(dialog.routeSet).toEqual(['<sip:10.0.0.1:5060;lr>']);
  });

  it('keeps one early dialog for each To-tag and closes the one a 199 names', async () => {
    const bench = await MemoryBench.open();
    const peer = bench.peer();
    const heard = new AnswerNotes();
    bench.stack.sendInvite(
      { uri: `sip:bob@${peer.place}`, from: '<sip:a@x>', to: '<sip:b@x>' },
      heard,
    );
    await bench.settle();
    const request = peer.lastRequest;
    await peer.answer(request, 183, { tag: 'b1' });
    await peer.answer(request, 183, { tag: 'b2' });
    await peer.answer(request, 180, { tag: 'b1' });
    expect(bench.stack.stats().gauges.dialogs).toBe(2);
    await peer.answer(request, 199, { tag: 'b1' });
    expect(heard.dialogs.map(({ state }) => state)).toEqual(['ended', 'early']);
    heard.dialogs[1]?.sendRequest('PRACK', { headers: [['RAck', '1 1 INVITE']] }, heard);
    await bench.settle();
    expect(peer.lastRequest).toMatchObject({ method: 'PRACK', uri: `sip:b2@${peer.place}` });
    await peer.answer(peer.lastRequest, 200);
    await peer.answer(request, 486, { tag: 'b2' });
    expect(bench.stack.stats().gauges).toMatchObject({ dialogs: 0, endedDialogs: 0 });
    expect(heard.notes.at(-1)).toBe('refused 486');
  });
});

describe('requests within a dialog (RFC 3261 §12.2)', () => {
  it('refuses a CSeq number lower than the last with 500 and minds no gaps', async () => {
    const { peer, notes, within } = await answeredCall();
    await within('INFO', 7);
    await within('INFO', 6);
    await within('INFO', 500);
    expect(peer.statuses.slice(2)).toEqual([200, 500, 200]);
    expect(notes.notes).toEqual(['INFO', 'INFO']);
  });

  it('follows the Contact of re-INVITE and UPDATE, and of their answers', async () => {
    const { bench, peer, dialog, notes, within } = await answeredCall();
    const elsewhere = bench.peer('10.0.0.2:5060');
    await within('UPDATE', 2, { headers: [] });
    expect(dialog.remoteTarget).toBe(`sip:alice@${peer.place}`);
    const moved = peer
      .requestText({ method: 'UPDATE', cseq: 3, toTag: dialog.localTag, branch: 'z9hG4bKu3' })
      .replace(`<sip:alice@${peer.place}>`, '<sip:alice@10.0.0.2:5060>');
    await peer.send(moved);
    expect(dialog.remoteTarget).toBe('sip:alice@10.0.0.2:5060');
    const heard = new AnswerNotes();
    const reinvite = dialog.sendInvite({}, heard);
    await bench.settle();
    await elsewhere.answer(elsewhere.lastRequest, 200, {
      headers: [`Contact: <sip:new@${peer.place}>`],
    });
    expect(dialog.remoteTarget).toBe(`sip:new@${peer.place}`);
    reinvite.ack();
    await bench.settle();
    expect(peer.lastRequest).toMatchObject({ method: 'ACK', uri: `sip:new@${peer.place}` });
    expect(notes.notes).toEqual(['UPDATE', 'UPDATE']);
  });

  it('says its own Contact in every answer that refreshes a target, whoever made the dialog', async () => {
    const { peer, dialog, invite } = await placedCall();
    invite.ack();
    const { localTag: toTag, callId, remoteTag: fromTag } = dialog;
    for (const [index, method] of ['INVITE', 'UPDATE', 'INFO'].entries()) {
      const cseq = index + 1;
      await peer.request({ method, cseq, toTag, callId, fromTag, branch: `z9hG4bK${method}` });
      const contact = method === 'INFO' ? undefined : `<sip:${toTag}@${STACK}>`;
      expect([method, peer.lastResponse.get('Contact')]).toEqual([method, contact]);
      if (method === 'INVITE') {
        await peer.request({ method: 'ACK', toTag, callId, fromTag, branch: 'z9hG4bKack2' });
      }
    }
  });

  it('sends to the flow and not to the Contact where it is bound to it', async () => {
    const { bench, peer, dialog, within } = await answeredCall();
    dialog.isFlowBound = true;
    await within('UPDATE', 2, { headers: ['m: <sip:alice@192.168.0.7>'] });
    dialog.sendRequest('INFO', {}, new AnswerNotes());
    await bench.settle();
    expect(peer.lastRequest.method).toBe('INFO');
  });

  it('repeats the 2xx to a re-INVITE until its own ACK', async () => {
    const { bench, peer, notes, within } = await answeredCall();
    await within('INVITE', 2);
    expect(peer.statuses.slice(2)).toEqual([100, 200]);
    await within('ACK', 1);
    await bench.turn(600);
    expect(peer.statuses.slice(2)).toEqual([100, 200, 200]);
    await within('ACK', 2);
    await bench.turn(5_000);
    expect(peer.statuses.slice(2)).toEqual([100, 200, 200]);
    expect(notes.notes).toEqual(['INVITE']);
  });

  it('answers 500 with Retry-After to a second INVITE while the first is open', async () => {
    const { peer, notes, within } = await answeredCall();
    notes.isAnswering = false;
    await within('INVITE', 2);
    await within('INVITE', 3);
    expect(peer.statuses.slice(2)).toEqual([100, 500]);
    expect(Number(peer.lastResponse.get('Retry-After'))).toBeLessThanOrEqual(10);
    notes.invites[0]?.respond(488);
    expect(notes.notes).toEqual(['INVITE']);
  });

  it('answers 491 to an INVITE that crosses our own', async () => {
    const { bench, peer, dialog, notes, within } = await answeredCall();
    const heard = new AnswerNotes();
    dialog.sendInvite({ body: sdp('offer') }, heard);
    await bench.settle();
    await within('INVITE', 2);
    expect(peer.statuses.at(-1)).toBe(491);
    await peer.answer(peer.lastRequest, 491);
    expect(heard.notes).toEqual(['refused 491']);
    await within('INVITE', 3);
    expect(peer.statuses.at(-1)).toBe(200);
    expect(notes.notes).toEqual(['INVITE']);
  });

  it('survives a refused re-INVITE of either side', async () => {
    const { bench, peer, dialog, notes, within } = await answeredCall();
    notes.isAnswering = false;
    await within('INVITE', 2);
    notes.invites[0]?.respond(488);
    await within('ACK', 2, { branch: 'z9hG4bKINVITE2' });
    const heard = new AnswerNotes();
    dialog.sendInvite({}, heard);
    await bench.settle();
    await peer.answer(peer.lastRequest, 488);
    expect(heard.notes).toEqual(['refused 488']);
    expect(dialog.state).toBe('confirmed');
  });

  it('answers what nobody hears with 500', async () => {
    const { peer, dialog, within } = await answeredCall();
    dialog.user = undefined;
    await within('INFO', 2);
    await within('INVITE', 3);
    expect(peer.statuses.slice(2)).toEqual([500, 500]);
  });
});

describe('the end of a dialog (RFC 3261 §15)', () => {
  it('by the peer: 200 first, then the user hears, and repeats of the BYE get 200 for 64 T1', async () => {
    const { bench, peer, notes, within } = await answeredCall();
    await within('BYE', 2);
    expect(peer.statuses.at(-1)).toBe(200);
    expect(notes.notes).toEqual(['BYE ended']);
    await within('BYE', 2, { branch: 'z9hG4bKagain' });
    await within('INFO', 3);
    await within('INVITE', 4);
    expect(peer.statuses.slice(-3)).toEqual([200, 481, 481]);
    await bench.turn(33_000);
    await bench.turn(33_000);
    expect(bench.leftovers()).toBe(0);
    await within('BYE', 5);
    expect(peer.statuses.at(-1)).toBe(481);
  });

  it('by us: crossed BYEs are both answered', async () => {
    const { bench, peer, dialog, within } = await answeredCall();
    dialog.sendBye({ headers: [['Reason', 'Q.850;cause=16']] });
    await bench.settle();
    expect(peer.lastRequest.get('Reason')).toBe('Q.850;cause=16');
    await within('BYE', 2);
    expect(peer.statuses.at(-1)).toBe(200);
    await peer.answer(peer.lastRequest, 200);
    await bench.turn(33_000);
    expect(bench.leftovers()).toBe(0);
  });

  it('waits with our BYE for the ACK to our 2xx', async () => {
    const bench = await MemoryBench.open();
    const peer = bench.peer();
    const dialogs: Dialog[] = [];
    bench.stack.user = {
      onInvite: (invite) => {
        dialogs.push(invite.openDialog());
        invite.respond(200);
        dialogs[0]?.sendBye();
      },
      onRequest() {},
    };
    await peer.request({ method: 'INVITE' });
    await bench.turn(600);
    expect(peer.methods).toEqual([]);
    await peer.request({
      method: 'ACK',
      branch: 'z9hG4bKack',
      toTag: dialogs[0]?.localTag ?? '',
    });
    expect(peer.methods).toEqual(['BYE']);
    expect(dialogs[0]?.state).toBe('ended');
  });

  it('lets a BYE before the ACK end both, and our own owed BYE is not sent', async () => {
    const bench = await MemoryBench.open();
    const peer = bench.peer();
    const heard = new AnswerNotes();
    const dialogs: Dialog[] = [];
    bench.stack.user = {
      onInvite: (invite) => {
        dialogs.push(invite.openDialog());
        invite.respond(200);
        dialogs[0]?.sendBye({}, heard);
      },
      onRequest() {},
    };
    await peer.request({ method: 'INVITE' });
    const toTag = dialogs[0]?.localTag ?? '';
    await peer.request({ method: 'BYE', cseq: 2, branch: 'z9hG4bKbye', toTag });
    expect(peer.statuses).toEqual([100, 200, 200]);
    expect(heard.notes).toEqual(['failed refused 503']);
    await bench.turn(33_000);
    expect(bench.leftovers()).toBe(0);
    expect(peer.methods).toEqual([]);
  });

  it('answers an open re-INVITE 487 before our BYE goes out', async () => {
    const { bench, peer, dialog, notes, within } = await answeredCall();
    notes.isAnswering = false;
    await within('INVITE', 2);
    dialog.sendBye();
    await bench.settle();
    const last = peer.received.slice(-2).map(({ message }) => message);
    expect(last.map((m) => (m.kind === 'request' ? m.method : m.status))).toEqual([487, 'BYE']);
  });

  it('answers an open re-INVITE 487 when the peer says BYE', async () => {
    const { peer, notes, within } = await answeredCall();
    notes.isAnswering = false;
    await within('INVITE', 2);
    await within('BYE', 3);
    expect(peer.statuses.slice(-2)).toEqual([200, 487]);
    notes.invites[0]?.respond(200);
    expect(notes.notes).toEqual(['INVITE', 'BYE ended']);
  });

  it('acknowledges what is owed before it says BYE', async () => {
    const { bench, peer, dialog } = await placedCall();
    dialog.sendBye();
    await bench.settle();
    expect(peer.methods).toEqual(['INVITE', 'ACK', 'BYE']);
    expect(peer.requests.map(({ cseq }) => cseq.number)).toEqual([1, 1, 2]);
    await peer.answer(peer.lastRequest, 481);
    await bench.turn(33_000);
    expect(bench.leftovers()).toBe(0);
  });

  it('cancels an open re-INVITE of ours with the BYE, and acknowledges it if it was answered', async () => {
    const { bench, peer, dialog, within } = await answeredCall();
    const heard = new AnswerNotes();
    dialog.sendInvite({}, heard);
    await bench.settle();
    const reinvite = peer.lastRequest;
    await peer.answer(reinvite, 100);
    await within('BYE', 2);
    expect(peer.methods).toEqual(['INVITE', 'CANCEL']);
    await peer.answer(peer.lastRequest, 200);
    await peer.answer(reinvite, 200);
    expect(peer.methods).toEqual(['INVITE', 'CANCEL', 'ACK']);
    await bench.turn(33_000);
    expect(bench.leftovers()).toBe(0);
  });

  it('acknowledges a re-INVITE of ours that is answered behind our BYE', async () => {
    const { bench, peer, dialog } = await answeredCall();
    const heard = new AnswerNotes();
    dialog.sendInvite({}, heard);
    await bench.settle();
    const reinvite = peer.lastRequest;
    await peer.answer(reinvite, 100);
    dialog.sendBye();
    await bench.settle();
    for (const request of peer.requests.slice(1)) await peer.answer(request, 200);
    await peer.answer(reinvite, 200);
    expect(peer.methods.toSorted()).toEqual(['ACK', 'BYE', 'CANCEL', 'INVITE']);
    expect(peer.lastRequest.uri).toBe(`sip:alice@${peer.place}`);
    await bench.turn(33_000);
    expect(bench.leftovers()).toBe(0);
  });

  it('sends its BYE once more, with credentials, when that was challenged', async () => {
    const { bench, peer, dialog } = await answeredCall();
    const heard = new AnswerNotes();
    dialog.sendBye(
      {},
      {
        onFinal: ({ status }) => {
          heard.notes.push(`first ${status}`);
          dialog.sendBye({ headers: [['Proxy-Authorization', 'Digest x']] }, heard);
        },
        onFailed() {},
      },
    );
    await bench.settle();
    await peer.answer(peer.lastRequest, 407);
    expect(peer.methods).toEqual(['BYE', 'BYE']);
    expect(peer.requests.map(({ cseq }) => cseq.number)).toEqual([1, 2]);
    expect(peer.lastRequest.get('Proxy-Authorization')).toBe('Digest x');
    await peer.answer(peer.lastRequest, 200);
    expect(heard.notes).toEqual(['first 407', 'final 200']);
    await bench.turn(33_000);
    expect(bench.leftovers()).toBe(0);
  });

  it('sends nothing more within it', async () => {
    const { bench, peer, dialog, within } = await answeredCall();
    await within('BYE', 2);
    const heard = new AnswerNotes();
    dialog.sendRequest('INFO', {}, heard);
    dialog.sendInvite({}, heard);
    dialog.sendBye({}, heard);
    await bench.settle();
    expect(heard.notes).toEqual(Array.from({ length: 3 }, () => 'failed refused 503'));
    expect(peer.methods).toEqual([]);
  });
});
