/** What one refusal means and becomes on the wire. */
export interface RefusalRow {
  readonly status: number;
  readonly phrase: string;
  /** Q.850 cause for the Reason header. */
  readonly q850: number;
  readonly meaning: string;
}

/**
 * Every refusal: Yate's words where Yate has one. Statuses as operators expect them
 * (RFC 3261 §21; Q.850; RFC 3398 §8 for the mapping).
 */
export const refusalTable = {
  noroute: row(404, 'Not Found', 3, 'nobody routed the number'),
  unallocated: row(404, 'Not Found', 1, 'the number belongs to nobody'),
  offline: row(480, 'Temporarily Unavailable', 20, 'the user is known and not reachable now'),
  noconn: row(503, 'Service Unavailable', 41, 'no driver could place the call'),
  noauth: row(401, 'Unauthorized', 21, 'credentials are missing'),
  forbidden: row(403, 'Forbidden', 21, 'the caller may not do this'),
  unknownsource: row(403, 'Forbidden', 21, 'the address of the caller is not known'),
  rejected: row(603, 'Decline', 21, 'the called party declined'),
  busy: row(486, 'Busy Here', 17, 'the called party is busy'),
  noanswer: row(480, 'Temporarily Unavailable', 19, 'the called party did not answer in time'),
  cancelled: row(487, 'Request Terminated', 16, 'the caller hung up before the answer'),
  answeredElsewhere: row(487, 'Request Terminated', 26, 'another branch answered'),
  timeout: row(408, 'Request Timeout', 102, 'the peer did not reply in time'),
  postdialdelay: row(504, 'Server Time-out', 102, 'no ringing within the post-dial delay allowed'),
  incomplete: row(484, 'Address Incomplete', 28, 'the number is not complete or is no number'),
  looping: row(482, 'Loop Detected', 25, 'the call has been here'),
  hops: row(483, 'Too Many Hops', 25, 'the call has passed too many servers'),
  moved: row(410, 'Gone', 22, 'the number has moved'),
  unacceptable: row(488, 'Not Acceptable Here', 88, 'no common session'),
  nomedia: row(415, 'Unsupported Media Type', 79, 'the body has a type nobody understands'),
  toolarge: row(513, 'Message Too Large', 111, 'the message is larger than is carried'),
  badextension: row(420, 'Bad Extension', 79, 'a required extension is not supported'),
  badrequest: row(400, 'Bad Request', 111, 'the request is malformed'),
  pending: row(491, 'Request Pending', 42, 'a change of the session is under way'),
  nocall: row(481, 'Call/Transaction Does Not Exist', 101, 'there is no such call'),
  nocredit: row(402, 'Payment Required', 21, 'the balance does not allow the call'),
  norate: row(403, 'Forbidden', 21, 'no rate is set for the number'),
  limit: row(503, 'Service Unavailable', 42, 'a limit of the tenant or trunk is reached'),
  unavailable: row(503, 'Service Unavailable', 34, 'every carrier failed or is barred'),
  carrierauth: row(503, 'Service Unavailable', 41, 'the carrier refused our credentials'),
  congestion: row(503, 'Service Unavailable', 42, 'the node has too much to do'),
  draining: row(503, 'Service Unavailable', 42, 'the node takes no new calls'),
  noresource: row(503, 'Service Unavailable', 47, 'something the call needs is used up'),
  unreachable: row(
    503,
    'Service Unavailable',
    27,
    'the node of the called party cannot be reached',
  ),
  failure: row(500, 'Server Internal Error', 41, 'a handler failed'),
} as const satisfies Record<string, RefusalRow>;

function row(status: number, phrase: string, q850: number, meaning: string): RefusalRow {
  return Object.freeze({ status, phrase, q850, meaning });
}
