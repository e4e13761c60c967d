export { isToken } from './characters.ts';
export { splitCommaList } from './comma-list.ts';
export {
  contactExpiresSeconds,
  contactPreference,
  type Contacts,
  parseContacts,
} from './contacts.ts';
export { type ContentType, isAccepted, parseContentType } from './content-type.ts';
export { type CSeq, parseCSeq, parseRAck, type RAck, SEQUENCE_MAX } from './cseq.ts';
export {
  DELTA_SECONDS_MAX,
  parseDeltaSeconds,
  parseRetryAfter,
  parseSessionExpires,
  type SessionExpires,
} from './delta-seconds.ts';
export { HeaderDraft } from './header-draft.ts';
export { headerKey, headerName, type HeaderName, isStructuralHeader } from './header-names.ts';
export { type HostPort, parseHostPort, withBrackets, withoutBrackets } from './host-port.ts';
export { parseAddresses, parsePrivacy } from './identity.ts';
export { keep, keepBytes } from './keep.ts';
export type { MessageCore } from './message-core.ts';
export { MessageHeaders } from './message-headers.ts';
export { type BodyPart, findSdp, splitMultipart } from './multipart.ts';
export { formatNameAddr, NameAddr, parseNameAddr } from './name-addr.ts';
export { Params, parseParams } from './params.ts';
export { defaultParseLimits, type ParseLimits } from './parse-limits.ts';
export { parseMessage } from './parse-message.ts';
export type {
  AnswerablePart,
  DropReason,
  KeepAliveForm,
  ParseOutcome,
  ParseRefusalStatus,
  SipMessage,
} from './parse-outcome.ts';
export { quote, unquote } from './quoted-string.ts';
export { reasonPhrase } from './reason-phrase.ts';
export { formatReason, parseReasons, q850Cause, type ReasonValue } from './reason.ts';
export { RequestDraft } from './request-draft.ts';
export { ResponseDraft, type ResponseOptions, responseTo } from './response-draft.ts';
export { isLooseRoute, parseRoutes } from './route-set.ts';
export {
  isHold,
  isSameSession,
  type MediaDirection,
  readMediaDirection,
  readSdpOrigin,
  type SdpOrigin,
} from './sdp.ts';
export { SipRequest } from './sip-request.ts';
export { SipResponse } from './sip-response.ts';
export { formatSipUri, SipUri, type SipUriParts } from './sip-uri.ts';
export { type FramedEvent, StreamFramer } from './stream-framer.ts';
export { TelUri } from './tel-uri.ts';
export {
  parseReplaces,
  parseTokenParams,
  type Replaces,
  type TokenParams,
} from './token-params.ts';
export { areUrisEqual } from './uri-equality.ts';
export { escapeUriUser, unescapeUri } from './uri-escape.ts';
export { OtherUri, parseUri, type Uri } from './uri.ts';
export { firstVia, parseVia, stampSource, Via } from './via.ts';
export { formatWarning, parseWarnings, type WarningValue } from './warning.ts';
export { byteText, lineText, textToWire, wireToText } from './wire-text.ts';
