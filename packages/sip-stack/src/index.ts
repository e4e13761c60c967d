export type { Dialog, DialogState, DialogUser } from './dialog/dialog.ts';
export { defaultProtection, type ProtectionOptions } from './guard/protection-options.ts';
export type { Ban, StackGuard } from './guard/stack-guard.ts';
export type { AddressRecord, DnsSource, NaptrRecord, SrvRecord } from './resolve/dns-source.ts';
export { DnsCache } from './resolve/dns-cache.ts';
export { ServerLocator, type ServerLocatorOptions } from './resolve/server-locator.ts';
export { SystemDns, type SystemDnsOptions } from './resolve/system-dns.ts';
export type { Admission, Admit, Challenge, Refusal, Screen } from './stack/admission.ts';
export type {
  IncomingInvite,
  IncomingInviteUser,
  IncomingRequest,
  OpenDialogOptions,
} from './stack/incoming-request.ts';
export { createSipStack } from './stack/live-sip-stack.ts';
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
export type {
  GuardStats,
  StackCounters,
  StackGauges,
  StackStats,
  TraceStats,
} from './stack/stack-stats.ts';
export type { HepOptions } from './trace/hep-options.ts';
export { encodeHep3 } from './trace/hep3.ts';
export type { MessageTap, TapEnd, TapOptions } from './trace/message-tap.ts';
export type { TracedMessage } from './trace/traced-message.ts';
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
export { type MemoryMessage, MemoryNetwork } from './transport/memory-network.ts';
export type { NoticeHandler, NoticeKind, StackNotice } from './transport/notice.ts';
export type { ResolveTargets, Target } from './transport/target.ts';
export {
  DIGEST_ALGORITHMS,
  type DigestAlgorithm,
  type NamedAlgorithm,
  parseAlgorithm,
} from './digest/algorithm.ts';
export { type DigestChallenge, parseChallenges } from './digest/challenge.ts';
export { type DigestCredentials, findCredentials } from './digest/credentials.ts';
export {
  type AnsweredRequest,
  type AnswerOutcome,
  type ClientCredentials,
  type DigestAnswer,
  DigestClient,
} from './digest/digest-client.ts';
export {
  type ChallengedRequest,
  type DigestRefusal,
  DigestServer,
  type DigestServerOptions,
  type DigestVerdict,
  type StoredHashes,
} from './digest/digest-server.ts';
export { hashCredentials } from './digest/response-hash.ts';
export { addressBytes } from './wire/address-bytes.ts';
export { isToken } from './wire/characters.ts';
export { splitCommaList } from './wire/comma-list.ts';
export {
  contactExpiresSeconds,
  contactPreference,
  type Contacts,
  parseContacts,
} from './wire/contacts.ts';
export { type ContentType, isAccepted, parseContentType } from './wire/content-type.ts';
export { type CSeq, parseCSeq, parseRAck, type RAck, SEQUENCE_MAX } from './wire/cseq.ts';
export {
  DELTA_SECONDS_MAX,
  parseDeltaSeconds,
  parseRetryAfter,
  parseSessionExpires,
  type SessionExpires,
} from './wire/delta-seconds.ts';
export { HeaderDraft } from './wire/header-draft.ts';
export { headerKey, headerName, type HeaderName, isStructuralHeader } from './wire/header-names.ts';
export { type HostPort, parseHostPort, withBrackets, withoutBrackets } from './wire/host-port.ts';
export { parseAddresses, parsePrivacy } from './wire/identity.ts';
export { keep, keepBytes } from './wire/keep.ts';
export type { MessageCore } from './wire/message-core.ts';
export { MessageHeaders } from './wire/message-headers.ts';
export { type BodyPart, findSdp, splitMultipart } from './wire/multipart.ts';
export { formatNameAddr, NameAddr, parseNameAddr } from './wire/name-addr.ts';
export { Params, parseParams } from './wire/params.ts';
export { defaultParseLimits, type ParseLimits } from './wire/parse-limits.ts';
export { parseMessage } from './wire/parse-message.ts';
export type {
  AnswerablePart,
  DropReason,
  KeepAliveForm,
  ParseOutcome,
  ParseRefusalStatus,
  SipMessage,
} from './wire/parse-outcome.ts';
export { quote, unquote } from './wire/quoted-string.ts';
export { reasonPhrase } from './wire/reason-phrase.ts';
export { formatReason, parseReasons, q850Cause, type ReasonValue } from './wire/reason.ts';
export { RequestDraft } from './wire/request-draft.ts';
export { ResponseDraft, type ResponseOptions, responseTo } from './wire/response-draft.ts';
export { isLooseRoute, parseRoutes } from './wire/route-set.ts';
export {
  isHold,
  isSameSession,
  type MediaDirection,
  readMediaDirection,
  readSdpOrigin,
  type SdpOrigin,
} from './wire/sdp.ts';
export { SipRequest } from './wire/sip-request.ts';
export { SipResponse } from './wire/sip-response.ts';
export { formatSipUri, SipUri, type SipUriParts } from './wire/sip-uri.ts';
export { type FramedEvent, StreamFramer } from './wire/stream-framer.ts';
export { TelUri } from './wire/tel-uri.ts';
export {
  parseReplaces,
  parseTokenParams,
  type Replaces,
  type TokenParams,
} from './wire/token-params.ts';
export { areUrisEqual } from './wire/uri-equality.ts';
export { escapeUriUser, unescapeUri } from './wire/uri-escape.ts';
export { OtherUri, parseUri, type Uri } from './wire/uri.ts';
export { firstVia, parseVia, stampSource, Via } from './wire/via.ts';
export { formatWarning, parseWarnings, type WarningValue } from './wire/warning.ts';
export { byteText, lineText, textToWire, wireToText } from './wire/wire-text.ts';
