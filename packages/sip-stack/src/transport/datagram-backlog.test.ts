import { ManualClock } from '@tandem/engine';
import type { RemoteInfo } from 'node:dgram';
import { describe, expect, it } from 'vitest';

import { DatagramBacklog } from './datagram-backlog.ts';

const source: RemoteInfo = { address: '127.0.0.1', family: 'IPv4', port: 5060, size: 1 };

function openBacklog() {
  const clock = new ManualClock();
  const heard: number[] = [];
  const turns: (() => void)[] = [];
  let lost = 0;
  const backlog = new DatagramBacklog({
    clock,
    onDatagram: (bytes) => void heard.push(bytes.readUInt32BE()),
    onLost: () => void lost++,
    later: (fire) => void turns.push(fire),
  });
  const take = (count: number, first = 0): void => {
    for (let at = first; at < first + count; at++) {
      const bytes = Buffer.alloc(4);
      bytes.writeUInt32BE(at);
      backlog.take(bytes, source);
    }
  };
  /** The loop comes round once. */
  const turn = (): void => turns.splice(0).forEach((fire) => fire());
  return { backlog, clock, heard, turns, take, turn, lost: () => lost };
}

describe('a backlog of datagrams', () => {
  it('lets datagrams pass at once while there is time', () => {
    const { backlog, heard, take, turn } = openBacklog();
    for (let at = 0; at < 100; at++) {
      take(1, at);
      expect(heard.at(-1)).toBe(at);
      expect(backlog.waitedMs).toBe(0);
      turn();
    }
  });

  it('needs a turn of the loop now and then only, while there is time', () => {
    const { take, turns } = openBacklog();
    take(7);
    expect(turns).toHaveLength(0);
    take(1);
    expect(turns).toHaveLength(1);
  });

  it('keeps the order in a rush, and comes to the end of it', () => {
    const { heard, take, turn, turns } = openBacklog();
    let sent = 0;
    for (let round = 0; round < 50; round++) {
      take(32, sent);
      sent += 32;
      turn();
    }
    expect(heard.length).toBeLessThan(sent);
    for (let round = 0; turns.length > 0; round++) {
      turn();
      take(1, sent++);
      expect(round).toBeLessThan(1_000);
    }
    expect(heard).toEqual(Array.from({ length: sent }, (_, at) => at));
  });

  it('tells how long the oldest has waited', async () => {
    const { backlog, clock, take, turn } = openBacklog();
    take(10);
    await clock.advance(30);
    take(10, 10);
    await clock.advance(20);
    expect(backlog.waitedMs).toBe(50);
    turn();
    expect(backlog.waitedMs).toBe(20);
    turn();
    expect(backlog.waitedMs).toBe(0);
  });

  it('loses what is beyond its bound, and what waits when the socket closes', () => {
    const { backlog, heard, take, turn, lost } = openBacklog();
    take(20_000 + 8 + 3);
    expect(lost()).toBe(3);
    backlog.clear();
    turn();
    expect(heard).toHaveLength(8);
    expect(backlog.waitedMs).toBe(0);
  });
});
