export type { Dialog, DialogState, DialogUser } from './dialog/dialog.ts';
export type { Admission, Admit, Refusal } from './stack/admission.ts';
export type {
  IncomingInvite,
  IncomingInviteUser,
  IncomingRequest,
  OpenDialogOptions,
} from './stack/incoming-request.ts';
export type { HeaderLine, SipBody } from './stack/message-parts.ts';
export type {
  OutgoingInviteOptions,
  OutgoingRequestOptions,
  RequestContent,
  RequestPath,
} from './stack/outgoing-options.ts';
export type {
  AckOptions,
  CancelOptions,
  OutgoingInvite,
  OutgoingInviteUser,
  OutgoingRequest,
  OutgoingRequestUser,
  RequestFailure,
} from './stack/outgoing-request.ts';
export type { DialogRef, InviteRespondOptions, RespondOptions } from './stack/respond-options.ts';
export type { SipStack, SipStackUser } from './stack/sip-stack.ts';
export { defaultStackLimits, type StackLimits } from './stack/stack-limits.ts';
export type { SipStackOptions } from './stack/stack-options.ts';
export type { StackCounters, StackGauges, StackStats } from './stack/stack-stats.ts';
export { defaultTimerValues, type TimerValues } from './transaction/timer-values.ts';
export {
  describeFlow,
  type Flow,
  type FlowDescription,
  type SendWatcher,
  type TransportName,
} from './transport/flow.ts';
export {
  contactUri,
  type Listener,
  type ListenOptions,
  type TlsOptions,
} from './transport/listener.ts';
export type { NoticeHandler, NoticeKind, StackNotice } from './transport/notice.ts';
export type { ResolveTargets, Target } from './transport/target.ts';
