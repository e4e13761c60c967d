import { systemClock, TandemError } from '@tandem/engine';
import { Phone, type PhoneCall } from '@tandem/testing';
import { pause } from './pause.ts';
import { numberAbroad, samplePassword, sampleUsers } from './sample-set-up.ts';

/** How long one step of a call may take, ms, and how often it is looked at. */
const STEP_TIMEOUT_MS = 10_000;
const LOOK_PERIOD_MS = 20;
/** How long it rings and how long they talk, ms. */
const RING_MS = 300;
const TALK_MS = 1_500;

/** Where the two phones of the sample call are. */
export interface SamplePlaces {
  /** `host:port` of the node where alice registers. */
  readonly alice: string;
  /** Of the node where bob registers. */
  readonly bob: string;
  /** Of the node through which she calls. */
  readonly through: string;
}

/** What is told while it happens. */
export interface SampleTelling {
  step(text: string): void;
  say(text: string): void;
}

/** Two phones register, one calls the other through a third node, they talk, and hang up. */
export async function placeForwardedCall(
  places: SamplePlaces,
  telling: SampleTelling,
): Promise<void> {
  await using bob = await open(sampleUsers.bob, places.bob);
  await using alice = await open(sampleUsers.alice, places.alice);
  // The same user at another place: she calls from where she did not register.
  await using abroad = await open(sampleUsers.alice, places.through);

  telling.step(`bob's phone (${bob.address}, number ${bob.name}) registers at ${places.bob}`);
  await expectOk('bob registers', bob.register());
  telling.step(`alice's phone (${alice.address}) registers at ${places.alice}`);
  await expectOk('alice registers', alice.register());

  telling.step(`alice calls bob's number ${bob.name} through ${places.through}`);
  const call = abroad.call(bob.name);
  const incoming = await within('bob’s phone is called', bob.nextCall());
  const from = incoming.incoming?.request.via;
  telling.say(`bob's phone rings; the INVITE came from ${from?.host ?? '?'}:${from?.port ?? 5060}`);
  incoming.ring();
  await pause(RING_MS);
  incoming.answer();
  await isTrue('the call is up', call, () => call.answered.isOver);
  telling.say('bob answers, and they talk');
  await pause(TALK_MS);

  telling.step('alice hangs up');
  await within('alice hangs up', call.hangUp());
  await isTrue('bob hears of it', incoming, () => incoming.ended.isOver);
  telling.say("bob's phone got BYE");
  await Promise.all([bob.unregister(), alice.unregister()]);
}

/** Alice calls a number that no phone of ours has: the carrier answers, and wants money. */
export async function placeCarriedCall(
  { through }: SamplePlaces,
  telling: SampleTelling,
): Promise<void> {
  await using alice = await open(sampleUsers.alice, through);
  telling.step(`alice calls ${numberAbroad}, which only a carrier can reach`);
  const call = alice.call(numberAbroad);
  await isTrue('the carrier answers', call, () => call.answered.isOver);
  telling.say('the carrier answers');
  await pause(RING_MS);
  await within('alice hangs up again', call.hangUp());
}

async function open(name: string, server: string): Promise<Phone> {
  const password = samplePassword(name);
  return await Phone.open({ clock: systemClock, name, password, server });
}

async function expectOk(what: string, answer: Promise<{ readonly status: number }>): Promise<void> {
  const { status } = await within(what, answer);
  if (status !== 200) throw new TandemError('DEMO_FAILED', { step: what, status });
}

async function isTrue(what: string, call: PhoneCall, look: () => boolean): Promise<void> {
  for (let waitedMs = 0; !look(); waitedMs += LOOK_PERIOD_MS) {
    if (waitedMs > STEP_TIMEOUT_MS || call.refused.isOver) {
      throw new TandemError('DEMO_FAILED', { step: what, statuses: call.statuses.join(' ') });
    }
    await pause(LOOK_PERIOD_MS);
  }
}

async function within<T>(what: string, wanted: Promise<T>): Promise<T> {
  let stop: () => void = () => undefined;
  const late = new Promise<never>((_, reject) => {
    stop = systemClock.startTimer(STEP_TIMEOUT_MS, () => {
      reject(new TandemError('DEMO_FAILED', { step: what, waitedMs: STEP_TIMEOUT_MS }));
    });
  });
  try {
    return await Promise.race([wanted, late]);
  } finally {
    stop();
  }
}
