import type { AnswerOf, MaybePromise, MessageName } from './message-map.ts';
import type { Message } from './message.ts';

/** A handler of message `N`: its answer, or undefined for "not mine". */
export type Handler<N extends MessageName> = (
  message: Message<N>,
) => MaybePromise<AnswerOf<N> | undefined | void>;
