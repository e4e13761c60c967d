import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { parseMessage } from '../../packages/sip-stack/src/wire/parse-message.ts';
import { RequestDraft } from '../../packages/sip-stack/src/wire/request-draft.ts';
import type { SipRequest } from '../../packages/sip-stack/src/wire/sip-request.ts';

/** One line of a bench: what was done, by whom, and what it cost. */
interface ParserRow {
  readonly operation: string;
  /** CPU time per message, µs: median over rounds. */
  readonly oursMicros: number;
  readonly jssipMicros: number;
  /** How many of ours fit into one of theirs. */
  readonly ratio: number;
}

type JssipParse = (text: string, userAgent: object) => object | undefined;
const { parseMessage: jssipParse } = createRequire(import.meta.url)('jssip/lib/Parser.js') as {
  parseMessage: JssipParse;
};

const MESSAGES = 64;
const ROUNDS = 9;
const ROUND_MS = 100;

function sdp(index: number): string {
  return [
    'v=0',
    `o=user1 53655765 ${2_353_687_637 + index} IN IP4 192.0.2.17`,
    's=-',
    'c=IN IP4 192.0.2.17',
    't=0 0',
    `m=audio ${6_000 + index} RTP/AVP 0 8 101`,
    'a=rtpmap:0 PCMU/8000',
    'a=rtpmap:8 PCMA/8000',
    'a=rtpmap:101 telephone-event/8000',
    'a=fmtp:101 0-16',
    '',
  ].join('\r\n');
}

function message(startLine: string, index: number): Buffer {
  const body = sdp(index);
  return Buffer.from(
    [
      startLine,
      `Via: SIP/2.0/UDP 192.0.2.17:5060;rport;branch=z9hG4bK-5193-${index}-0-ab4d`,
      `From: "Alice Example" <sip:alice${index}@example.com>;tag=5193SIPpTag00${index}`,
      'To: <sip:+12015550123@gw.example.net:5060;user=phone>',
      `Call-ID: ${index}-5193-7d1b2c@192.0.2.17`,
      'CSeq: 1 INVITE',
      `Contact: <sip:alice${index}@192.0.2.17:5060;transport=udp>`,
      'Max-Forwards: 70',
      'Allow: INVITE, ACK, CANCEL, BYE, OPTIONS, UPDATE, INFO, REFER, NOTIFY, PRACK',
      'Supported: 100rel, timer, replaces',
      'User-Agent: Example Phone 4.2.1-rc3 (build 77)',
      'Session-Expires: 1800',
      'Content-Type: application/sdp',
      `Content-Length: ${body.length}`,
      '',
      body,
    ].join('\r\n'),
    'latin1',
  );
}

/** CPU µs for one call of `work`, in a round of about {@link ROUND_MS}. */
function measure(work: (index: number) => void): number {
  const start = process.cpuUsage();
  const until = performance.now() + ROUND_MS;
  let count = 0;
  while (performance.now() < until) {
    for (let index = 0; index < MESSAGES; index++) work(index);
    count += MESSAGES;
  }
  const { user, system } = process.cpuUsage(start);
  return (user + system) / count;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function row(
  operation: string,
  ours: (index: number) => void,
  jssip: (index: number) => void,
): ParserRow {
  const oursRounds: number[] = [];
  const jssipRounds: number[] = [];
  measure(ours);
  measure(jssip);
  for (let round = 0; round < ROUNDS; round++) {
    oursRounds.push(measure(ours));
    jssipRounds.push(measure(jssip));
  }
  const [oursMicros, jssipMicros] = [median(oursRounds), median(jssipRounds)];
  return { operation, oursMicros, jssipMicros, ratio: jssipMicros / oursMicros };
}

function parseRequest(bytes: Buffer): SipRequest {
  const outcome = parseMessage(bytes);
  if (outcome.kind !== 'message' || outcome.message.kind !== 'request') throw new Error('refused');
  return outcome.message;
}

// What a B2BUA does with an INVITE: own Via, tags and Contact, the rest passed on.
function passOn(request: SipRequest, index: number): Buffer {
  const draft = new RequestDraft('INVITE', request.uri);
  draft.headers
    .add('Via', `SIP/2.0/UDP 198.51.100.1:5060;rport;branch=z9hG4bK-n1-${index}`)
    .add('Max-Forwards', '69')
    .add(
      'From',
      `${request.from.text.slice(0, request.from.text.indexOf('>') + 1)};tag=n1-${index}`,
    )
    .add('To', request.to.text)
    .add('Call-ID', `n1-${index}@198.51.100.1`)
    .add('CSeq', '1 INVITE')
    .add('Contact', '<sip:198.51.100.1:5060>')
    .copy(request.headers, 'Allow', 'Supported', 'Session-Expires', 'Content-Type');
  draft.body = request.body;
  return draft.encode();
}

interface JssipMessage {
  readonly body: string;
  getHeader(name: string): string;
}

function jssipPassOn(request: JssipMessage, index: number): Buffer {
  let text =
    'INVITE sip:+12015550123@gw.example.net:5060;user=phone SIP/2.0\r\n' +
    `Via: SIP/2.0/UDP 198.51.100.1:5060;rport;branch=z9hG4bK-n1-${index}\r\n` +
    `Max-Forwards: 69\r\nFrom: ${request.getHeader('from')}\r\nTo: ${request.getHeader('to')}\r\n` +
    `Call-ID: n1-${index}@198.51.100.1\r\nCSeq: 1 INVITE\r\nContact: <sip:198.51.100.1:5060>\r\n`;
  for (const name of ['Allow', 'Supported', 'Session-Expires', 'Content-Type']) {
    text += `${name}: ${request.getHeader(name)}\r\n`;
  }
  return Buffer.from(`${text}Content-Length: ${request.body.length}\r\n\r\n${request.body}`);
}

/** Parser and serialiser against JsSIP's parser, alternating rounds in one process. */
export function run(): { name: string; rows: ParserRow[] } {
  const indices = Array.from({ length: MESSAGES }, (_, index) => index);
  const target = 'sip:+12015550123@gw.example.net:5060;user=phone';
  const invites = indices.map((index) => message(`INVITE ${target} SIP/2.0`, index));
  const responses = indices.map((index) => message('SIP/2.0 200 OK', index));
  const at = (list: readonly Buffer[], index: number): Buffer => list[index] ?? Buffer.alloc(0);
  const theirs = (bytes: Buffer): JssipMessage => {
    const parsed = jssipParse(bytes.toString(), {});
    if (parsed === undefined) throw new Error('refused');
    return parsed as JssipMessage;
  };
  const size = at(invites, 0).length;
  return {
    name: 'parser',
    rows: [
      row(
        `INVITE of ${size} bytes parsed`,
        (index) => parseRequest(at(invites, index)),
        (index) => theirs(at(invites, index)),
      ),
      row(
        'INVITE parsed and passed on',
        (index) => passOn(parseRequest(at(invites, index)), index),
        (index) => jssipPassOn(theirs(at(invites, index)), index),
      ),
      row(
        '200 parsed',
        (index) => parseMessage(at(responses, index)),
        (index) => theirs(at(responses, index)),
      ),
    ],
  };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const result = run();
  if (process.argv.includes('--json')) {
    console.log(JSON.stringify(result));
  } else {
    console.log('CPU µs per message, medians of alternating rounds');
    for (const { operation, oursMicros, jssipMicros, ratio } of result.rows) {
      const columns = [`${oursMicros.toFixed(2)} ours`, `${jssipMicros.toFixed(0)} jssip`];
      console.log(`${operation.padEnd(32)} ${columns.join('   ')}   ${ratio.toFixed(0)}x`);
    }
  }
}
