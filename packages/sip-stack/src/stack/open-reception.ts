import type { Tracer } from '../trace/tracer.ts';
import type { ParseLimits } from '../wire/parse-limits.ts';
import type { LiveCore } from './live-core.ts';
import { MessageReceiver } from './message-receiver.ts';
import { RequestReceiver } from './request-receiver.ts';
import type { SipStackUser } from './sip-stack.ts';
import type { StackLimits } from './stack-limits.ts';
import type { SipStackOptions } from './stack-options.ts';
import { StatelessAnswers } from './stateless-answers.ts';

/** What the receiving side of a stack is made with. */
export interface ReceptionParts {
  readonly core: LiveCore;
  readonly options: SipStackOptions;
  readonly limits: StackLimits;
  readonly parseLimits: ParseLimits;
  readonly tracer: Tracer;
  readonly user: () => SipStackUser | undefined;
}

/** Makes the way of a message from its bytes to the user of the stack. */
export function openReception(parts: ReceptionParts): MessageReceiver {
  const { core, options, limits, parseLimits, tracer, user } = parts;
  const answers = new StatelessAnswers({
    counters: core.counters,
    product: core.product,
    isSymmetric: options.symmetricAnswers === 'always',
    findFlow: (target, listener) => core.hops.flowTo(target, listener),
    bootId: core.ids.bootId,
  });
  const requests = new RequestReceiver({
    core,
    answers,
    admit: options.admit,
    isOverloaded: options.isOverloaded,
    challenge: options.challenge,
    tagPrefix: core.ids.tagPrefix,
    isReinviteTried: options.isReinviteTried ?? true,
    dialogsMax: limits.dialogsMax,
    user,
    onBound: (what) => core.notices.tellBound(what, 'new requests get 503'),
  });
  return new MessageReceiver({
    core,
    answers,
    requests,
    parseLimits,
    tracer,
    screen: options.screen,
    user,
    onNotice: (notice) => options.onNotice?.(notice),
  });
}
