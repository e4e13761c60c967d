import { askNode } from './ask-node.ts';
import type { DemoNode } from './demo-node.ts';
import type { Narrator } from './narrator.ts';
import { pause } from './pause.ts';
import { sampleTenant } from './sample-set-up.ts';

/** A record is settled a moment after the call, ms. */
const SETTLED_WITHIN_MS = 8_000;
const LOOK_PERIOD_MS = 100;

interface Charge {
  readonly price: string;
  readonly cost: string;
  readonly currency: string;
  readonly billedSeconds: number;
}

/** Waits until a call is charged, and tells what for: as `tandem explain` does. */
export async function tellPrice(node: DemoNode, callId: string, narrator: Narrator): Promise<void> {
  for (let waitedMs = 0; waitedMs < SETTLED_WITHIN_MS; waitedMs += LOOK_PERIOD_MS) {
    const story = await askNode(node, `/explain/${encodeURIComponent(callId)}`);
    const { charge, called } = (story ?? {}) as { charge?: Charge | null; called?: string };
    if (charge !== undefined && charge !== null) {
      const { price, cost, currency, billedSeconds } = charge;
      const margin = Number(cost) === 0 ? '' : `; the carrier gets ${cost}`;
      narrator.say(
        `${sampleTenant} pays ${price} ${currency} for ${billedSeconds} s to ${called}${margin}`,
      );
      return;
    }
    await pause(LOOK_PERIOD_MS);
  }
  narrator.say(
    `call ${callId} is not charged yet: \`bin/tandem explain ${callId}\` tells it later`,
  );
}
