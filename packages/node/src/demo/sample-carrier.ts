import { systemClock } from '@tandem/engine';
import { Phone } from '@tandem/testing';
import { pause } from './pause.ts';

/** How long it rings before it answers, ms. */
const RING_MS = 200;

/**
 * The carrier of the demonstration: a SIP peer on this machine that answers every call, so that
 * numbers which are none of our phones' have somewhere to go, and cost something.
 */
export async function openSampleCarrier(server: string): Promise<Phone> {
  const carrier = await Phone.open({ clock: systemClock, name: 'carrier', server });
  carrier.onCall = (call): void => {
    call.ring();
    void pause(RING_MS).then(() => {
      if (!call.ended.isOver) call.answer();
    });
  };
  return carrier;
}
