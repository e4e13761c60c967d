export { Bus } from './bus.ts';
export { Cancellation } from './cancellation.ts';
export { type Clock, type StopTimer, systemClock } from './clock.ts';
export {
  type ConfigIssue,
  describeIssue,
  guess,
  type RawSection,
  readSection,
  type SectionResult,
} from './config-section.ts';
export { duration, flag, list } from './config-values.ts';
export type { LogFieldsOf } from './dispatch-report.ts';
export { Engine, type EngineOptions } from './engine.ts';
export {
  defineFaults,
  engineFaults,
  type FaultCode,
  type FaultCodes,
  type FaultDescription,
  isFault,
  TandemError,
} from './fault.ts';
export type { Condition, Where } from './filter.ts';
export type { Handler } from './handler.ts';
export { Lane } from './lane.ts';
export { type Log, type LogFields, silentLog } from './log.ts';
export { ManualClock } from './manual-clock.ts';
export { type Extra, Message } from './message.ts';
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
export type { HandlerEntry, OnFault } from './pipeline.ts';
export { definePlugin, type Plugin } from './plugin.ts';
export type {
  Destination,
  Remote,
  RemoteAnswer,
  RemoteGathered,
  RemoteMessage,
  RemoteReceiver,
} from './remote.ts';
export { type HandleOptions, Scope } from './scope.ts';
export type { Gathered, SendOptions } from './send-options.ts';
export {
  fromText,
  type TextAnswer,
  type TextCodec,
  type TextMessage,
  type TextReader,
  textReader,
  toText,
} from './text-codec.ts';
export { type TimerOwner, TimerWheel, WheelTimer } from './timer-wheel.ts';
export { describeNote, type NoteKind, Trail, type TrailNote, type TrailStep } from './trail.ts';
export { type TrailEntry, trailEntries } from './trail-entries.ts';
export type { Outcome, Watcher } from './watcher.ts';
export { z } from 'zod';
