import type { AnswerStep, HearStep, Match, SendStep, Step } from './step.ts';

/** Which side of the node a script is for. */
export type Side = 'caller' | 'phone';

const TAG = '[pid]s[call_number]';
const CONTACT = 'sip:story@[local_ip]:[local_port];transport=[transport]';
/** Descriptions that change a session: each has a version of its own (RFC 3264 §8). */
const VERSIONS: Readonly<Record<string, number>> = { changed: 2, t38: 2, again: 3 };

/** A script as SIPp reads it: the messages of one side, headers and all. */
export function writeScenario(name: string, side: Side, steps: readonly Step[]): string {
  const writer = new ScenarioWriter(side);
  const body = steps.map((step) => writer.write(step)).join('\n');
  return [
    '<?xml version="1.0" encoding="ISO-8859-1" ?>',
    `<scenario name="${escape(name)}">`,
    body,
    ...referenceTo(body),
    '</scenario>',
  ].join('\n');
}

// SIPp ends at a variable that is kept and not read, and at one that is read and not kept.
function referenceTo(body: string): string[] {
  const kept = new Set([...body.matchAll(/assign_to="(\w+)"/g)].map(([, name]) => name));
  return kept.size === 0 ? [] : [`<Reference variables="${[...kept].join(',')}"/>`];
}

class ScenarioWriter {
  readonly #side: Side;
  #index = -1;
  #inviteIndex = 0;
  #cseq = 0;
  #inviteCseq = 0;
  #invites = 0;
  #isTaken = false;
  #isKeptWithTag = false;
  #last = '';
  #lastSent = '';

  constructor(side: Side) {
    this.#side = side;
  }

  write(step: Step): string {
    this.#index++;
    if ('pauseMs' in step) return `<pause milliseconds="${step.pauseMs}"/>`;
    if ('send' in step) return this.#send(step);
    return 'answer' in step ? this.#answer(step) : this.#hear(step);
  }

  #send(step: SendStep): string {
    const { send, headers = [] } = step;
    if (send !== 'ACK') this.#lastSent = send;
    const isOfInvite = send === 'ACK' || send === 'CANCEL';
    const isRepeat = send === 'INVITE' && step.isSameBranch === true;
    const cseq = step.cseq ?? (isOfInvite || isRepeat ? this.#inviteCseq : this.#cseq + 1);
    const branch =
      step.isSameBranch === true || send === 'CANCEL'
        ? `[branch-${this.#index - this.#inviteIndex}]`
        : '[branch]';
    const isFirst = this.#side === 'caller' && this.#isOutside(step);
    if (send === 'INVITE' && !isRepeat) {
      this.#inviteIndex = this.#index;
      this.#inviteCseq = cseq;
      this.#invites++;
    }
    this.#cseq = Math.max(this.#cseq, cseq);
    const hasContact = !isOfInvite && send !== 'BYE';
    const lines = [
      `${send} ${this.#target(isFirst)} SIP/2.0`,
      `Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=${branch}`,
      // SIPp leaves a line out whose keyword has nothing to say.
      ...(isFirst ? [] : ['[routes]']),
      'Max-Forwards: 70',
      ...this.#parties(isFirst),
      'Call-ID: [call_id]',
      `CSeq: ${cseq} ${send}`,
      ...(hasContact ? [`Contact: <${CONTACT}>`] : []),
      ...headers,
    ];
    const isAlone = send === 'ACK' || isRepeat;
    return message(lines, bodyOf(step), isAlone ? '' : ' retrans="500"');
  }

  // Of a request that is no part of a dialog the target is the number, and the To has no tag.
  #isOutside({ send, isSameBranch }: SendStep): boolean {
    if (send === 'CANCEL') return true;
    if (send === 'ACK') return isSameBranch === true && this.#invites <= 1;
    return (
      send === 'INVITE' && (this.#invites === 0 || (isSameBranch === true && this.#invites === 1))
    );
  }

  #target(isFirst: boolean): string {
    if (this.#side === 'phone') return '[$target]';
    return isFirst ? 'sip:[service]@[remote_ip]:[remote_port]' : '[next_url]';
  }

  #parties(isFirst: boolean): string[] {
    if (this.#side === 'phone') {
      return [`From: [$to]${this.#isKeptWithTag ? '' : `;tag=${TAG}`}`, 'To: [$from]'];
    }
    const tag = isFirst && !this.#last.startsWith('refusal') ? '' : '[peer_tag_param]';
    return [
      `From: <sip:story@tandem>;tag=${TAG}`,
      `To: <sip:[service]@[remote_ip]:[remote_port]>${tag}`,
    ];
  }

  #answer({ answer, to, sdp, headers = [], tag, isRepeated = false }: AnswerStep): string {
    // A variable holds one Via only, of the last message SIPp writes all.
    const isLast = this.#last === 'INVITE';
    const isOfInvite = to === 'INVITE' || isLast;
    // A later INVITE is one of the dialog, unless the story says that it is the first one again.
    const isFirst = this.#invites <= 1 || tag !== undefined;
    const isTagged = this.#side === 'phone' && isFirst && isOfInvite;
    if (isOfInvite && answer.startsWith('2')) this.#isTaken = true;
    const hasContact = headers.every((header) => !header.startsWith('Contact:'));
    const lines = [
      `SIP/2.0 ${answer}`,
      ...(isOfInvite
        ? [
            isLast ? '[last_Via:]' : 'Via:[$via]',
            'From:[$from]',
            `To:[$to]${isTagged ? `;tag=${tag ?? TAG}` : ''}`,
          ]
        : ['[last_Via:]', '[last_From:]', '[last_To:]']),
      ...(isLast ? ['[last_Record-Route:]'] : []),
      'Call-ID: [call_id]',
      isOfInvite ? 'CSeq:[$cseq]' : '[last_CSeq:]',
      ...(hasContact ? [`Contact: <${CONTACT}>`] : []),
      ...headers,
    ];
    const body = sdp === undefined ? undefined : description(sdp);
    return message(lines, body, isRepeated ? ' retrans="500"' : '');
  }

  #hear({ hear, isOptional = false, matches = [], lacks = [] }: HearStep): string {
    const isStatus = typeof hear === 'number';
    this.#last = isStatus ? (hear >= 300 ? 'refusal' : 'answer') : hear;
    if (hear === 'INVITE') {
      this.#invites++;
      this.#isKeptWithTag = this.#isTaken;
    }
    const actions = [
      ...(hear === 'INVITE' ? KEEP_INVITE : []),
      ...matches.map(check),
      ...lacks.map((header) => ereg('.+', `${header}:`, 'lacking', ' check_it_inverse="true"')),
    ];
    const what = isStatus ? `response="${hear}"` : `request="${hear}"`;
    const isOfInvite = hear === 183 || (hear === 200 && this.#lastSent === 'INVITE');
    const isOfDialog = isOfInvite || (hear === 'INVITE' && this.#side === 'phone');
    const routes = isOfDialog && !isOptional ? ' rrs="true"' : '';
    const optional = isOptional ? ' optional="true"' : '';
    if (actions.length === 0) return `<recv ${what}${routes}${optional}/>`;
    return `<recv ${what}${routes}${optional}><action>${actions.join('')}</action></recv>`;
  }
}

const CHECKED = ' check_it="true"';
const KEEP_INVITE = [
  ['From:', 'from'],
  ['To:', 'to'],
  ['Via:', 'via'],
  ['CSeq:', 'cseq'],
]
  .map(([header, variable]) => ereg('.*', header ?? '', variable ?? '', ''))
  .concat(ereg('sip:[^>]*', 'Contact:', 'target', ''));

function check([header, pattern]: Match): string {
  if (header !== 'body') return ereg(pattern, `${header}:`, 'checked', CHECKED);
  return `<ereg regexp="${escape(pattern)}" search_in="body"${CHECKED} assign_to="checked"/>`;
}

function ereg(pattern: string, header: string, variable: string, checked: string): string {
  return `<ereg regexp="${escape(pattern)}" search_in="hdr" header="${header}"${checked} assign_to="${variable}"/>`;
}

interface Body {
  readonly type: string;
  readonly lines: readonly string[];
}

function bodyOf({ sdp, body }: SendStep): Body | undefined {
  if (sdp !== undefined) return description(sdp);
  return body === undefined ? undefined : { type: body[0], lines: [body[1]] };
}

function description(sdp: string): Body {
  const lines = [
    'v=0',
    `o=${sdp} 1 ${VERSIONS[sdp] ?? 1} IN IP4 [local_ip]`,
    `s=${sdp}`,
    'c=IN IP4 [local_ip]',
    't=0 0',
    sdp === 't38' ? 'm=image 6000 udptl t38' : 'm=audio 6000 RTP/AVP 0',
    '',
  ];
  return { type: 'application/sdp', lines };
}

function message(lines: readonly string[], body: Body | undefined, attributes: string): string {
  const rest =
    body === undefined
      ? ['Content-Length: 0', '', '']
      : [`Content-Type: ${body.type}`, 'Content-Length: [len]', '', ...body.lines];
  return `<send${attributes}><![CDATA[\n${[...lines, ...rest].join('\n')}\n]]></send>`;
}

function escape(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('"', '&quot;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
}
