export { type Body, BODY_BYTES_MAX, isSdp } from './body.ts';
export { makeCallId, type NodeIdentity, parseCallId } from './call-id.ts';
export { declareMessage, type KindOf, type MessageDeclaration } from './declaration.ts';
export type { CallArrival, CallOffer, Identity, Leg, LegState, Switchboard } from './leg.ts';
export type {
  AcceptedEvent,
  AckEvent,
  AnsweredEvent,
  FailedEvent,
  GoneEvent,
  HangupBy,
  HangupEvent,
  HeaderList,
  InfoDoneEvent,
  InfoEvent,
  LegEvent,
  ModifiedEvent,
  ModifyCancelEvent,
  ModifyEvent,
  NotifyEvent,
  PrackedEvent,
  PrackEvent,
  ProgressEvent,
  ReferEvent,
  TryingEvent,
} from './leg-event.ts';
export type { Lease, Leases, Membership, MembershipChange, NodeState, Peer } from './membership.ts';
export { formatMicros, type Micros, MICROS_PER_UNIT, parseMicros } from './money.ts';
export { priorities } from './priorities.ts';
export {
  describeRefusal,
  isRefusal,
  type Refusal,
  type RefusalWord,
  refusalWord,
  refuse,
} from './refusal.ts';
export { type RefusalRow, refusalTable } from './refusal-table.ts';
export { SpanCounts } from './span-counts.ts';
export { formatResource, parseResource, type ResourceName, targetOf } from './resource-name.ts';
export { type NumberFormName, parseNumberForm } from './number-form.ts';
export { type Admission, callAdmit } from './vocabulary/call-admit.ts';
export { type CallBlock } from './vocabulary/call-block.ts';
export { callCdr, type CdrParams } from './vocabulary/call-cdr.ts';
export {
  callDrop,
  callOrphan,
  callList,
  type CallSummary,
  type LegSummary,
} from './vocabulary/call-control.ts';
export { callExecute, type ExecuteParams } from './vocabulary/call-execute.ts';
export { callExtend } from './vocabulary/call-extend.ts';
export type { CallAccount, CallMoney, RecordStamp } from './vocabulary/call-facts.ts';
export { callMedia } from './vocabulary/call-media.ts';
export { callPreroute } from './vocabulary/call-preroute.ts';
export {
  type Branch,
  type BranchGroup,
  type BranchParams,
  callRoute,
  type Route,
  routeTo,
} from './vocabulary/call-route.ts';
export {
  callAnswered,
  callProgress,
  callRinging,
  callUpdate,
  chanDisconnected,
  chanDtmf,
  chanHangup,
  type ChannelBlock,
  chanStartup,
} from './vocabulary/channel.ts';
export { clusterLocate, clusterRelease, type ResourceOwner } from './vocabulary/cluster-locate.ts';
export {
  type ApiAnswer,
  type ApiRequest,
  type ApiResource,
  type ApiRole,
  type ApplyChange,
  type ApplyIssue,
  applySections,
  type ApplySection,
  type CliCommand,
  cliCommands,
  consoleResources,
  type NodesFollowing,
} from './vocabulary/contributions.ts';
export {
  type HandoverBranch,
  type HandoverParams,
  legEvent,
  legExecute,
  legSync,
  type LinkFrame,
  type LinkReport,
  type LinkSide,
} from './vocabulary/leg-hop.ts';
export {
  metricsCollect,
  type NodeStatus,
  nodeReady,
  nodeStatus,
  type Reading,
} from './vocabulary/node-status.ts';
export { sipReturn, sipStray } from './vocabulary/sip-stray.ts';
export {
  sipTrace,
  type TraceLine,
  type TracePart,
  type TraceQuestion,
} from './vocabulary/sip-trace.ts';
export { type PhoneLocation, sipDeliver, userLocate } from './vocabulary/text-messages.ts';
export {
  trunkLost,
  trunkProbe,
  type TrunkProbed,
  type TrunkProbeParams,
  trunkRegister,
  type TrunkRegistered,
  type TrunkRegisterParams,
} from './vocabulary/trunk.ts';
export {
  type ContactBinding,
  type RegisteredContact,
  type RegisterParams,
  userAuth,
  type UserCredentials,
  userRegister,
  userUnregister,
} from './vocabulary/user.ts';
export type {
  CallLimits,
  CarrierTerms,
  FrozenTerms,
  LimitedParty,
  RouteCandidate,
  WholesaleFacts,
} from './vocabulary/wholesale-facts.ts';
export { vocabulary } from './vocabulary/index.ts';
