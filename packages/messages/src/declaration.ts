import type {
  AskName,
  GatherName,
  MessageName,
  ParamsOf,
  TellName,
  TextCodec,
} from '@tandem/engine';

/** How a message is dispatched, as its type says. */
export type KindOf<N extends MessageName> = N extends AskName
  ? 'ask'
  : N extends TellName
    ? 'tell'
    : N extends GatherName
      ? 'gather'
      : never;

/** A message's one declaration: documentation, text form and kind in one place. */
export interface MessageDeclaration<N extends MessageName = MessageName> {
  readonly name: N;
  readonly kind: KindOf<N>;
  /** One sentence: what it asks or says. */
  readonly summary: string;
  readonly sentBy: string;
  /** Handlers and their default priorities, in people's words. */
  readonly heardBy: string;
  /** Params as they look in a real call: shown in the docs, and the guide of the text codec. */
  readonly sample: ParamsOf<N>;
  readonly codec?: TextCodec<N>;
}

/** Declares a message. */
export function declareMessage<N extends MessageName>(
  declaration: MessageDeclaration<N>,
): MessageDeclaration<N> {
  return Object.freeze(declaration);
}
