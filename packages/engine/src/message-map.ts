/** A question: handlers in priority order, the first answer ends it. */
export interface Ask<P extends object, A> {
  readonly kind: 'ask';
  readonly params: P;
  readonly answer: A;
}

/** A notice: everyone hears it in priority order, nobody can stop it. */
export interface Tell<P extends object> {
  readonly kind: 'tell';
  readonly params: P;
  readonly answer: void;
}

/** A survey: every answer, in priority order, of one node or of all. */
export interface Gather<P extends object, A> {
  readonly kind: 'gather';
  readonly params: P;
  readonly answer: A;
}

/**
 * Every message's name with its kind and types. Packages and plugins add theirs by merging:
 * `declare module '@tandem/engine' { interface MessageMap { 'call.route': Ask<Route, Callto> } }`.
 */
export interface MessageMap {
  'engine.start': Tell<{ node: string }>;
  /** Once a second. */
  'engine.timer': Tell<{ node: string; at: number }>;
  /** After a plugin has been set up anew. */
  'engine.reload': Tell<{ node: string; plugin?: string }>;
  /** Awaited before the node's own parts are closed. */
  'engine.stop': Tell<{ node: string }>;
}

/** One typed record per package, carried on every message of one call; merged like messages. */
export interface CallFacts {}

/** The name of any message. */
export type MessageName = keyof MessageMap;

type NamesOf<Kind> = {
  [N in MessageName]: MessageMap[N]['kind'] extends Kind ? N : never;
}[MessageName];

/** Names of questions. */
export type AskName = NamesOf<'ask'>;
/** Names of notices. */
export type TellName = NamesOf<'tell'>;
/** Names of surveys. */
export type GatherName = NamesOf<'gather'>;

/** The params of message `N`, read-only. */
export type ParamsOf<N extends MessageName> = Readonly<MessageMap[N]['params']>;
/** What a handler of message `N` may answer. */
export type AnswerOf<N extends MessageName> = MessageMap[N]['answer'];

/** A value now, or later. */
export type MaybePromise<T> = T | Promise<T>;
