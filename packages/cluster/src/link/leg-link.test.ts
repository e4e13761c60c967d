import { ManualClock, TimerWheel } from '@tandem/engine';
import type { LegEvent, LinkFrame } from '@tandem/messages';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LegLink, type LinkFailure, type LinkOwner } from './leg-link.ts';

/** What becomes of a frame on its way. */
interface Fate {
  readonly isLost: boolean;
  readonly isDoubled: boolean;
  readonly delayMs: number;
}

const LUCKY: Fate = { isLost: false, isDoubled: false, delayMs: 1 };

class Owner implements LinkOwner {
  readonly id = 'nats/x';
  readonly heard: LegEvent[] = [];
  readonly failures: LinkFailure[] = [];

  onEvent(event: LegEvent): void {
    this.heard.push(event);
  }

  onFailure(failure: LinkFailure): void {
    this.failures.push(failure);
  }

  lose(): void {
    this.failures.push('peer-silent');
  }

  beginPatience(): void {}

  endPatience(): void {}
}

/** Two ends of one link and the wire between them, which loses, doubles, delays, and is cut. */
class World {
  readonly clock = new ManualClock();
  readonly wheel = new TimerWheel(this.clock);
  readonly near: Owner = new Owner();
  readonly far: Owner = new Owner();
  readonly fates: Fate[];
  readonly frames: LinkFrame[] = [];
  isConnected = true;
  backlog = 0;
  backlogBytes = 0;
  readonly a: LegLink;
  readonly b: LegLink;

  constructor(fates: readonly Fate[] = []) {
    this.fates = [...fates];
    const host = {
      wheel: this.wheel,
      monotonicMs: () => this.clock.monotonicMs(),
      transmit: (link: LegLink, frame: LinkFrame) => this.#carry(link, frame),
      onBacklog: (_node: string, events: number, bytes: number) => {
        this.backlog += events;
        this.backlogBytes += bytes;
      },
    };
    this.a = new LegLink(host, 'key', 'near', 'node2', 'y', this.near);
    this.b = new LegLink(host, 'key', 'far', 'node1', 'x', this.far);
  }

  cut(): void {
    this.isConnected = false;
    this.a.suspend();
    this.b.suspend();
  }

  /** As the keepers of both ends do after a reconnection. */
  mend(): void {
    this.isConnected = true;
    const [near, far] = [this.a.report, this.b.report];
    this.b.resume(near.ack);
    this.a.resume(far.ack);
  }

  stop(): void {
    this.a.stop();
    this.b.stop();
  }

  #carry(link: LegLink, frame: LinkFrame): void {
    if (!this.isConnected) return;
    this.frames.push(frame);
    const to = link === this.a ? this.b : this.a;
    const { isLost, isDoubled, delayMs } = this.fates.shift() ?? LUCKY;
    // As over NATS: what a node of another version does not know stays, instants never cross.
    const copy = JSON.parse(JSON.stringify(frame)) as LinkFrame;
    if (isLost) return;
    this.clock.startTimer(delayMs, () => this.isConnected && to.receive(copy));
    if (isDoubled) this.clock.startTimer(delayMs + 3, () => this.isConnected && to.receive(copy));
  }
}

const numbered = (n: number): LegEvent => ({ type: 'info', infoId: String(n) });
const numbers = (events: readonly LegEvent[]): readonly number[] =>
  events.map((event) => (event.type === 'info' ? Number(event.infoId) : -1));
const upTo = (count: number): readonly number[] => Array.from({ length: count }, (_, n) => n);

describe('a link between two nodes', () => {
  test('an ordinary call costs one acknowledgement of its own', () => {
    const { a, b, far, near, clock, frames } = new World();
    b.send({ type: 'trying' });
    b.send({ type: 'progress', dialog: 't', status: 180, phrase: 'Ringing' });
    clock.advanceSync(10);
    a.send({ type: 'accepted' });
    clock.advanceSync(100);
    expect(near.heard.map(({ type }) => type)).toEqual(['trying', 'progress']);
    expect(far.heard.map(({ type }) => type)).toEqual(['accepted']);
    expect(frames.map(({ seq, ack }) => [seq, ack])).toEqual([
      [1, 0],
      [2, 0],
      [1, 2],
      [undefined, 1],
    ]);
    expect([a.unacked, b.unacked]).toEqual([0, 0]);
  });

  test('what is not acknowledged is sent again after 0.5, 1 and 2 s, then the peer is silent', () => {
    const world = new World(Array.from({ length: 9 }, () => ({ ...LUCKY, isLost: true })));
    world.a.send({ type: 'accepted' });
    const sentAt: number[] = [];
    for (let ms = 0; ms < 6_000; ms += 50) {
      const before = world.frames.length;
      world.clock.advanceSync(50);
      if (world.frames.length > before) sentAt.push(ms);
      if (world.near.failures.length > 0) {
        expect(ms).toBeGreaterThanOrEqual(3_900);
        expect(ms).toBeLessThanOrEqual(4_200);
        break;
      }
    }
    expect(sentAt.map((ms) => Math.round(ms / 500) * 500)).toEqual([500, 1_500, 3_500]);
    expect(world.near.failures).toEqual(['peer-silent']);
  });

  test('a gap is asked for once, and closed', () => {
    const world = new World([{ ...LUCKY, isLost: true }]);
    for (let n = 0; n < 20; n++) world.a.send(numbered(n));
    world.clock.advanceSync(40);
    expect(numbers(world.far.heard)).toEqual(upTo(20));
    const asked = world.frames.filter(({ resendFrom }) => resendFrom !== undefined);
    expect(asked.map(({ resendFrom }) => resendFrom)).toEqual([1]);
  });

  test('65 events that nobody acknowledges end the link, but the last word still fits', () => {
    const world = new World();
    world.isConnected = false;
    for (let n = 0; n < 64; n++) world.a.send(numbered(n));
    expect(world.near.failures).toEqual([]);
    world.a.send(numbered(64));
    expect(world.near.failures).toEqual(['too-many-events']);
    world.a.send({ type: 'hangup', by: 'engine', reason: 'failure', reasonHeaders: [] });
    expect(world.a.unacked).toBe(65);
    expect(world.backlog).toBe(65);
    world.stop();
    expect([world.backlog, world.backlogBytes]).toEqual([0, 0]);
  });

  test('events far beyond a gap are not kept', () => {
    const { b, far, clock } = new World();
    const frame = (seq: number): LinkFrame => ({
      key: 'key',
      side: 'far',
      seq,
      ack: 0,
      event: numbered(seq),
    });
    for (let seq = 2; seq <= 200; seq++) b.receive(frame(seq));
    b.receive(frame(1));
    clock.advanceSync(100);
    expect(numbers(far.heard)).toEqual(Array.from({ length: 64 }, (_, n) => n + 1));
  });

  test('answers and hang-ups that had to wait cross with their age', () => {
    const world = new World();
    world.cut();
    world.b.send({ type: 'answered', dialog: 't', answeredAgoMs: 20, isLate: false });
    world.clock.advanceSync(3_000);
    world.b.send({ type: 'hangup', by: 'callee', reason: 'hangup', reasonHeaders: [] });
    world.clock.advanceSync(7_000);
    world.mend();
    world.clock.advanceSync(100);
    const [answered, hangup] = world.near.heard;
    expect(answered).toMatchObject({ type: 'answered', answeredAgoMs: 10_020 });
    expect(hangup).toMatchObject({ type: 'hangup', agoMs: 7_000 });
  });

  test('cut off, nobody is judged, however long; mended, repeats begin anew', () => {
    const world = new World();
    world.a.send(numbered(0));
    world.cut();
    world.clock.advanceSync(600_000);
    world.a.send(numbered(1));
    world.clock.advanceSync(600_000);
    expect(world.near.failures).toEqual([]);
    world.fates.push(...Array.from({ length: 4 }, () => ({ ...LUCKY, isLost: true })));
    world.mend();
    world.clock.advanceSync(5_000);
    expect(numbers(world.far.heard)).toEqual([0, 1]);
    expect(world.near.failures).toEqual([]);
  });

  test('a connection that is back is not yet the peer: until the ends have compared, nobody is judged', () => {
    const world = new World();
    world.cut();
    world.a.send(numbered(0));
    world.isConnected = true;
    world.fates.push(...Array.from({ length: 8 }, () => ({ ...LUCKY, isLost: true })));
    world.a.send(numbered(1));
    world.clock.advanceSync(20_000);
    expect(world.near.failures).toEqual([]);
    world.fates.length = 0;
    world.mend();
    world.clock.advanceSync(100);
    expect(numbers(world.far.heard)).toEqual([0, 1]);
  });

  test('an ended leg acknowledges what still comes, at once, and hears nothing of it', () => {
    const world = new World();
    world.b.close();
    world.a.send(numbered(0));
    world.clock.advanceSync(10);
    expect(world.far.heard).toEqual([]);
    expect(world.a.unacked).toBe(0);
    expect(world.wheel.size).toBe(0);
  });

  test('an ended leg still repeats its last words, and then gives up without a verdict', () => {
    const world = new World(Array.from({ length: 3 }, () => ({ ...LUCKY, isLost: true })));
    world.a.send({ type: 'gone' });
    world.a.close();
    world.clock.advanceSync(4_000);
    expect(world.far.heard).toEqual([{ type: 'gone' }]);
    const deaf = new World(Array.from({ length: 99 }, () => ({ ...LUCKY, isLost: true })));
    deaf.a.send({ type: 'gone' });
    deaf.a.close();
    deaf.clock.advanceSync(60_000);
    expect(deaf.frames.length).toBe(4);
    expect(deaf.near.failures).toEqual([]);
  });

  test('every event is heard exactly once and in order, or the link is declared failed', () => {
    const fate = fc.record({
      isLost: fc.boolean(),
      isDoubled: fc.boolean(),
      delayMs: fc.constantFrom(1, 2, 20, 300, 1_200),
    });
    const step = fc.oneof(
      {
        weight: 6,
        arbitrary: fc.record({
          act: fc.constantFrom('near' as const, 'far' as const),
          waitMs: fc.nat(400),
        }),
      },
      {
        weight: 1,
        arbitrary: fc.record({
          act: fc.constantFrom('cut' as const, 'mend' as const),
          waitMs: fc.nat(9_000),
        }),
      },
    );
    let completed = 0;
    fc.assert(
      fc.property(
        fc.array(fate, { maxLength: 60 }),
        fc.array(step, { maxLength: 40 }),
        (fates, steps) => {
          const world = new World(fates);
          const sent = { near: 0, far: 0 };
          for (const { act, waitMs } of steps) {
            if (act === 'cut') world.cut();
            else if (act === 'mend') world.mend();
            else (act === 'near' ? world.a : world.b).send(numbered(sent[act]++));
            world.clock.advanceSync(waitMs);
          }
          if (!world.isConnected) world.mend();
          world.clock.advanceSync(30_000);
          const isFailed = world.near.failures.length + world.far.failures.length > 0;
          const [toFar, toNear] = [numbers(world.far.heard), numbers(world.near.heard)];
          expect(toFar).toEqual(upTo(toFar.length));
          expect(toNear).toEqual(upTo(toNear.length));
          if (!isFailed) {
            completed++;
            expect([toFar.length, toNear.length]).toEqual([sent.near, sent.far]);
            expect([world.a.unacked, world.b.unacked, world.backlog]).toEqual([0, 0, 0]);
          }
          world.stop();
          expect(world.wheel.size).toBe(0);
          expect([world.backlog, world.backlogBytes]).toEqual([0, 0]);
        },
      ),
      { numRuns: 500, seed: 11 },
    );
    // Half of all frames are lost at first, and yet most links come through.
    expect(completed).toBeGreaterThan(250);
  });
});
