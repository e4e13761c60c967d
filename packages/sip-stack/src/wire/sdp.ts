/** Who keeps a session description and which version of it this is (RFC 4566 §5.2). */
export interface SdpOrigin {
  readonly sessionId: string;
  readonly version: string;
}

/** Which way media may flow, seen from who wrote the description (RFC 3264 §5.1). */
export type MediaDirection = 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive';

/** The o= line of a session description; undefined where there is none that can be read. */
export function readSdpOrigin(sdp: string): SdpOrigin | undefined {
  const match = /^o=\S+ +(\S+) +(\S+) /m.exec(sdp);
  return match?.[1] === undefined || match[2] === undefined
    ? undefined
    : { sessionId: match[1], version: match[2] };
}

/**
 * Whether an offer repeats the session as it stands: a refresh, answered without asking the
 * other leg. Session id and version are the same (RFC 3264 §8) and so is all that is heard of
 * it, since some phones go on hold without a new version.
 */
export function isSameSession(former: string, offered: string): boolean {
  if (former === offered) return true;
  const before = readSdpOrigin(former);
  const after = readSdpOrigin(offered);
  if (before === undefined || after === undefined) return false;
  return (
    before.sessionId === after.sessionId &&
    before.version === after.version &&
    mediaLines(former) === mediaLines(offered)
  );
}

/**
 * The direction of the first stream that is not switched off (port 0): its own attribute, else
 * that of the session, else sendrecv. The address 0.0.0.0 is hold as RFC 2543 had it and reads
 * as `sendonly` or `inactive`. `inactive` where no stream is on.
 */
export function readMediaDirection(sdp: string): MediaDirection {
  const [session = '', ...streams] = sdp.split(/^(?=m=)/m);
  const stream = streams.find((lines) => !/^m=\S+ +0[ /]/.test(lines));
  if (stream === undefined) return 'inactive';
  const direction = directionOf(stream) ?? directionOf(session) ?? 'sendrecv';
  const connection = connectionOf(stream) ?? connectionOf(session);
  if (connection !== '0.0.0.0') return direction;
  return direction === 'sendrecv' || direction === 'sendonly' ? 'sendonly' : 'inactive';
}

/** Whether the writer of this description holds the call: it listens to nothing. */
export function isHold(sdp: string): boolean {
  const direction = readMediaDirection(sdp);
  return direction === 'sendonly' || direction === 'inactive';
}

function directionOf(lines: string): MediaDirection | undefined {
  const match = /^a=(sendrecv|sendonly|recvonly|inactive)[ \t]*\r?$/m.exec(lines);
  return match?.[1] as MediaDirection | undefined;
}

function connectionOf(lines: string): string | undefined {
  return /^c=IN +IP[46] +([^\s/]+)/m.exec(lines)?.[1];
}

function mediaLines(sdp: string): string {
  return (sdp.match(/^(?:[cm]=.*|a=(?:sendrecv|sendonly|recvonly|inactive).*)$/gm) ?? []).join(
    '\n',
  );
}
