import type { Scope } from '@tandem/engine';
import { isRefusal, priorities, routeTo } from '@tandem/messages';
import { REPLACES_PARAM, replacedCallto } from '../transfer/replaced-dialog.ts';

/**
 * call.route: an INVITE with Replaces goes where the dialog is whose place it takes, whatever
 * number it names (RFC 3891 §3). It was routed, rated and admitted when that call was made.
 */
export function handleRouteReplaces(scope: Scope): void {
  const options = { priority: priorities.replaces, as: 'sip.replaces' };
  scope.handle('call.route', options, (message) => {
    const value = message.getExtra(REPLACES_PARAM);
    if (value === undefined || message.params.isPeer) return undefined;
    const callto = replacedCallto(value);
    return isRefusal(callto) ? callto : routeTo(callto);
  });
}
