import { callCdr } from '@tandem/messages';
import { MemoryHub } from '@tandem/mesh';
import { describe, expect, test } from 'vitest';
import { meet, startNode } from '../../test/console-node.ts';
import { isFeedEvent } from './feed-event.ts';
import { RecentEvents } from './recent-events.ts';

/** What somebody hears who listens to a node, as text. */
class Listener implements AsyncDisposable {
  text = '';
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;

  private constructor(reader: ReadableStreamDefaultReader<Uint8Array>) {
    this.#reader = reader;
  }

  static async open(url: string, lastEventId?: string): Promise<Listener> {
    const headers = lastEventId === undefined ? {} : { 'last-event-id': lastEventId };
    const response = await fetch(`${url}/api/v1/events`, { headers });
    const listener = new Listener(response.body!.getReader());
    await listener.hears('event: hello');
    return listener;
  }

  async hears(word: string): Promise<void> {
    while (!this.text.includes(word)) {
      const { value, done } = await this.#reader.read();
      if (done) throw new Error(`the stream ended before "${word}": ${this.text}`);
      this.text += Buffer.from(value).toString();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#reader.cancel();
  }
}

describe('live events', () => {
  test('tell of calls of all nodes as they change, wherever one listens', async () => {
    const hub = new MemoryHub();
    const one = await startNode('node1', { hub });
    const two = await startNode('node2', { hub });
    await meet(one, two);
    await using listener = await Listener.open(one.url);
    const { sample } = callCdr;
    await one.engine.bus.tell('call.cdr', { ...sample, billid: 'node1-b1-1' });
    await listener.hears('"id":"node1-b1-1"');
    await two.engine.bus.tell('call.cdr', { ...sample, billid: 'node2-b1-2' });
    await listener.hears('"id":"node2-b1-2"');
    expect(listener.text).toContain('"node":"node2"');
  });

  test('who was cut off hears what it missed, and who missed too much hears that', async () => {
    const { url, engine } = await startNode('node1');
    const { sample } = callCdr;
    const tell = (n: number) => engine.bus.tell('call.cdr', { ...sample, billid: `node1-b1-${n}` });
    const first = await Listener.open(url);
    expect(first.text).toContain('"isResumed":false');
    await tell(1);
    await first.hears('"id":"node1-b1-1"');
    const id = /^id: (\S+)$/m.exec(first.text)![1]!;
    await first[Symbol.asyncDispose]();
    await tell(2);
    await tell(3);
    await using back = await Listener.open(url, id);
    await back.hears('"id":"node1-b1-3"');
    expect(back.text).toContain('"isResumed":true');
    expect(back.text).toContain('"id":"node1-b1-2"');
    expect(back.text).not.toContain('"id":"node1-b1-1"');
    for (const foreign of ['b0-1', 'b1-999', 'nonsense', `${'x'.repeat(5_000)}-1`]) {
      await using other = await Listener.open(url, foreign);
      expect(other.text, foreign).toContain('"isResumed":false');
    }
  });

  test('what is kept for those who come back has an end', () => {
    const recent = new RecentEvents('b1');
    for (let number = 1; number <= 3_000; number++) recent.add((id) => `${id}\n`);
    expect(recent.after('b1-2998')).toEqual(['b1-2999\n', 'b1-3000\n']);
    expect(recent.after('b1-3000')).toEqual([]);
    expect(recent.after('b1-2000')).toHaveLength(1_000);
    expect(recent.after('b1-1999')).toBeUndefined();
    recent.forget();
    expect(recent.after('b1-3000')).toBeUndefined();
  });

  test('a sister cannot write lines into the stream', () => {
    expect(isFeedEvent({ type: 'call', text: '{}' })).toBe(true);
    for (const odd of [
      { type: 'call\ndata: x', text: '{}' },
      { type: 'call', text: '{}\n\nevent: evil' },
      { type: 'call', text: 7 },
      null,
      'call',
    ]) {
      expect(isFeedEvent(odd), JSON.stringify(odd)).toBe(false);
    }
  });
});
