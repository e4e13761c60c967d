import type { Scope } from '@tandem/engine';
import { type Leg, priorities, type Refusal, refuse, targetOf } from '@tandem/messages';
import type { SipDriver } from '../sip-driver.ts';
import { readReplacedCallto } from '../transfer/replaced-dialog.ts';

/**
 * The driver of `replace/<this node>/<dialog>`: the new caller takes the place of the leg whose
 * dialog it is (RFC 3891 §3). One that never was, or is over, is 481; one that is only to be taken
 * before its answer and has it, 486; one of a caller who still waits is not to be taken, 481.
 */
export function handleReplaceDriver(scope: Scope, driver: SipDriver): void {
  const options = { priority: priorities.drivers, as: 'sip.replace' };
  scope.handle('call.execute', options, ({ params }) => {
    const target = targetOf(params.callto, 'replace');
    return target === undefined ? undefined : replace(target, params.offer.body, driver);
  });
}

function replace(
  target: string,
  offer: Parameters<SipDriver['switchboard']['takePlace']>[1],
  { host, switchboard }: SipDriver,
): Leg | Refusal {
  const named = readReplacedCallto(target);
  if (named === undefined) return refuse('badrequest', 'that names no dialog');
  const { callId, toTag, fromTag, isEarlyOnly } = named;
  const dialog = host.stack.findDialog(callId, toTag, fromTag);
  if (dialog === undefined || dialog.state === 'ended') {
    return refuse('nocall', 'the dialog to be replaced is over');
  }
  if (dialog.state === 'early')
    return refuse('nocall', 'the dialog to be replaced is not answered');
  if (isEarlyOnly) return refuse('busy', 'the dialog to be replaced is answered already');
  const legId = host.legs.findByCallId(callId);
  if (legId === undefined) return refuse('nocall', 'the dialog to be replaced has no leg');
  return switchboard.takePlace(legId, offer);
}
