export { Cancellation } from './cancellation.ts';
export { type Clock, type StopTimer, systemClock } from './clock.ts';
export {
  defineFaults,
  engineFaults,
  type FaultCode,
  type FaultCodes,
  type FaultDescription,
  isFault,
  TandemError,
} from './fault.ts';
export { ManualClock } from './manual-clock.ts';
export type {
  AnswerOf,
  Ask,
  AskName,
  CallFacts,
  Gather,
  GatherName,
  MaybePromise,
  MessageMap,
  MessageName,
  ParamsOf,
  Tell,
  TellName,
} from './message-map.ts';
export { type TimerOwner, TimerWheel, WheelTimer } from './timer-wheel.ts';
