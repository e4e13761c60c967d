import type { Scope } from '@tandem/engine';
import type { CallMeters } from '../metrics/call-meters.ts';
import type { MessageMeters } from '../metrics/message-meters.ts';

/** metrics.collect: how long handlers took, and calls. */
export function handleConsoleMetrics(
  scope: Scope,
  { messages, calls }: { readonly messages: MessageMeters; readonly calls: CallMeters },
): void {
  scope.handle('metrics.collect', { as: 'console' }, () => [
    ...messages.readings,
    ...calls.readings,
  ]);
}
