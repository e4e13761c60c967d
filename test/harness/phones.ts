import { systemClock } from '@tandem/engine';
import { Phone, type PhoneCall } from '@tandem/testing';
import { eventually, pause } from './eventually.ts';
import type { NodeProcess } from './node-process.ts';

/** How long anything that a person would wait for may take in a test, ms. */
const PATIENCE_MS = 8_000;

/** Phones of one test, closed at its end. */
export class Phones implements AsyncDisposable {
  readonly #open: Phone[] = [];
  readonly #registered: Phone[] = [];

  /** A phone of that user at that node; its password is `secret-<name>`. */
  async at(node: NodeProcess, name: string, host = '127.0.0.1', port = 0): Promise<Phone> {
    const phone = await Phone.open({
      clock: systemClock,
      name,
      password: `secret-${name}`,
      server: node.sip,
      host,
      port,
    });
    this.#open.push(phone);
    return phone;
  }

  /** A phone that has registered there. */
  async registeredAt(node: NodeProcess, name: string, host?: string): Promise<Phone> {
    const phone = await this.at(node, name, host);
    const response = await phone.register();
    if (response.status !== 200) {
      throw new Error(`${name} was not registered at ${node.name}: ${response.status}`);
    }
    this.#registered.push(phone);
    return phone;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // Its node may be gone by now: then the phone goes without a word.
    const goodbyes = this.#registered.map((phone) => phone.unregister().catch(() => undefined));
    await Promise.race([Promise.all(goodbyes), pause(1_000)]);
    await Promise.all(this.#open.map((phone) => phone.close()));
  }
}

/** Waits until a call rings, and fails with what it got instead. */
export async function rings(call: PhoneCall): Promise<void> {
  await eventually(
    'the call rings',
    () => {
      if (call.refused.isOver) throw new Error(`refused with ${call.statuses.join(' ')}`);
      return call.ringing.isOver;
    },
    PATIENCE_MS,
  );
}

/** Waits until a call is up. */
export async function isUp(call: PhoneCall): Promise<void> {
  await eventually(
    'the call is up',
    () => {
      if (call.refused.isOver) throw new Error(`refused with ${call.statuses.join(' ')}`);
      return call.answered.isOver;
    },
    PATIENCE_MS,
  );
}

/** Waits until a call is over; how long that took, ms. */
export async function isOver(call: PhoneCall, timeoutMs = PATIENCE_MS): Promise<number> {
  const startMs = performance.now();
  await eventually('the call is over', () => call.ended.isOver, timeoutMs);
  return performance.now() - startMs;
}

/** Waits for a refusal; its status and how long it took, ms. */
export async function isRefused(
  call: PhoneCall,
  timeoutMs = PATIENCE_MS,
): Promise<{ status: number; tookMs: number }> {
  const startMs = performance.now();
  await eventually('the call is refused', () => call.refused.isOver, timeoutMs);
  return { status: await call.refused.wait(), tookMs: performance.now() - startMs };
}
