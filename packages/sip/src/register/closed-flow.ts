import type { Bus } from '@tandem/engine';
import type { NodeIdentity } from '@tandem/messages';
import type { Flow } from '@tandem/sip-stack';
import { writeFlow } from './flow-code.ts';

/** Takes back what was registered over a connection that has closed. Never rejects. */
export async function unregisterFlow(
  bus: Bus,
  flow: Flow,
  { node, boot }: NodeIdentity,
): Promise<void> {
  try {
    await bus.ask('user.unregister', {
      username: '',
      connection: writeFlow(flow, boot),
      nodename: node,
      boot,
      reason: 'flow-closed',
    });
  } catch {
    // The bus has logged it; the binding ends by its expiry.
  }
}
