import { SipRig } from '@tandem/testing';
import type { FuzzTarget } from './fuzz-target.ts';

/** Whoever is here needs no password, so that inputs get as far as calls. */
const STRANGER = '10.0.0.66:5060';
/** Real time costs nothing here, but timers must have their turn. */
const TURN_EVERY = 40;
const TURN_MS = 700;

/**
 * A whole node: driver, stack, switch and registrar on a network in memory. Inputs are what its
 * phones said while they registered, called, held, transferred and hung up, gone wrong.
 */
export class NodeTarget implements FuzzTarget {
  readonly name = 'node';
  #rig: SipRig;
  #fed = 0;
  seeds: readonly string[] = [];

  private constructor(rig: SipRig) {
    this.#rig = rig;
  }

  static async open(): Promise<NodeTarget> {
    const target = new NodeTarget(await makeRig());
    await target.#live();
    return target;
  }

  async feed(input: string): Promise<string> {
    const { network, clock, server } = this.#rig;
    const before = network.log.length;
    network.send({ text: input, from: STRANGER, to: server });
    await clock.advance(++this.#fed % TURN_EVERY === 0 ? TURN_MS : 0);
    const answer = network.log.slice(before + 1).find(({ to }) => to === STRANGER);
    return answer?.text.slice(8, 11) ?? 'silent';
  }

  /** Everybody hangs up; then nothing may be left, and a new node takes its place. */
  async rest(): Promise<void> {
    const rig = this.#rig;
    rig.network.passes = () => false;
    await rig.clock.advance(2_000_000);
    const faults = await rig.faults();
    await rig[Symbol.asyncDispose]();
    if (faults.length > 0) throw new Error(`left behind: ${faults.join('; ')}`);
    this.#rig = await makeRig();
    await this.#live();
  }

  // Their messages are the seeds; their calls stay up for inputs to hit.
  async #live(): Promise<void> {
    const rig = this.#rig;
    const [alice, bob] = await rig.aliceAndBob();
    bob.onCall = (call) => {
      call.ring(183, 'v=0\r\n');
      call.answer();
    };
    const call = alice.call('bob', { headers: [['Supported', '100rel, timer, replaces']] });
    await call.answered.wait();
    const transfer: readonly [string, string][] = [['Refer-To', '<sip:carol@x?Replaces=a%3Bb>']];
    const all = [
      call.hold(),
      call.sendDigit('5'),
      call.request('UPDATE'),
      call.request('OPTIONS'),
      call.request('REFER', undefined, transfer),
      call.request('NOTIFY', { type: 'message/sipfrag', content: 'SIP/2.0 200 OK\r\n' }),
      call.request('MESSAGE', { type: 'text/plain', content: 'hello' }),
      alice.request('SUBSCRIBE', 'sip:bob@x', [['Event', 'presence']]),
      alice.request('PUBLISH', 'sip:bob@x', [['Event', 'presence']]),
    ];
    await rig.clock.advance(40_000);
    await Promise.allSettled(all);
    alice.call('bob').cancel();
    await rig.clock.advance(1_000);
    const up = alice.call('bob');
    await up.answered.wait();
    this.seeds = rig.network.log
      .filter(({ to }) => to === rig.server)
      .map(({ text }) => text)
      .slice(-120);
    rig.network.log.length = 0;
  }
}

async function makeRig(): Promise<SipRig> {
  const rig = await SipRig.start();
  rig.registrar.known.set('10.0.0.66', 'stranger');
  rig.network.attach(STRANGER, () => undefined);
  return rig;
}
