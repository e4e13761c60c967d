import type { CompiledDeck } from '@tandem/rating';
import { MessageChannel } from 'node:worker_threads';

/**
 * Gives the memory of a deck back at once; it must never be looked up again. Left to the garbage
 * collector, tens of megabytes that come and go with each version would make it run, and calls
 * would wait for it.
 */
export function giveBack(deck: CompiledDeck): void {
  const { transfer } = deck.toTransferable();
  const { port1, port2 } = new MessageChannel();
  // Moved to nobody: a message that no one receives goes with its port.
  port1.postMessage(undefined, transfer);
  port1.close();
  port2.close();
}
