import { describeNote, type Message, type Outcome } from '@tandem/engine';
import type { CdrParams, Route } from '@tandem/messages';

/** Messages that a newcomer is told of; the others go by in silence. */
const TOLD = new Set([
  'user.register',
  'call.preroute',
  'call.route',
  'call.admit',
  'call.execute',
  'leg.execute',
  'call.ringing',
  'call.answered',
]);
const NAME_WIDTH = 14;
/** Longer values are cut: the line is to be read. */
const VALUE_CHARACTERS_MAX = 56;

/** Tells what happens on the buses of several nodes, one readable line a message. */
export class Narrator {
  readonly #print: (line: string) => void;
  readonly #nodeWidth: number;
  #step = 0;
  isSilent = false;

  constructor(print: (line: string) => void, nodes: readonly string[]) {
    this.#print = print;
    this.#nodeWidth = Math.max(...nodes.map((node) => node.length));
  }

  /** Begins a chapter. */
  step(text: string): void {
    this.#print('');
    this.#print(`${++this.#step}. ${text}`);
  }

  /** One line without a message. */
  say(text: string): void {
    this.#print(`   ${text}`);
  }

  /** Tells of a finished message of one node: who asked, which handler answered, how long. */
  hear(node: string, message: Message, outcome: Outcome): void {
    if (this.isSilent || !TOLD.has(message.name)) return;
    const asked = `${message.from === undefined ? '' : `(from ${message.from}) `}${questionOf(message)}`;
    const parts = [answerOf(outcome), ...changesOf(outcome), timeOf(outcome)];
    const said = parts.filter((part) => part !== '').join(', ');
    this.#print(
      `   ${node.padEnd(this.#nodeWidth)}  ${message.name.padEnd(NAME_WIDTH)} ${asked}${said === '' ? '' : ` ── ${said}`}`,
    );
  }

  /** One record of a leg. */
  record(cdr: CdrParams): void {
    const node = (cdr.nodename ?? '?').padEnd(this.#nodeWidth);
    const who = `${cdr.caller} → ${cdr.called === '' ? cdr.calledfull : cdr.called}`;
    this.#print(
      `   ${node}  ${cdr.direction.padEnd(8)} ${cdr.driver.padEnd(4)} ${who.padEnd(22)} ${cdr.status}, ` +
        `${cdr.billtime.toFixed(3)} s talk, ended by ${cdr.hangupBy || 'nobody'}, billid ${cdr.billid}`,
    );
  }
}

function questionOf(message: Message): string {
  const params = message.params as Readonly<Record<string, unknown>>;
  const { caller, called, callto, username } = params;
  if (message.name === 'user.register') return `of ${text(username)}`;
  if (message.name === 'call.execute') return `places ${text(callto)}`;
  if (message.name === 'leg.execute') return `take over ${text(callto)}`;
  if (message.name === 'call.route') {
    return called === '' ? 'where is what was handed over?' : `where is ${text(called)}?`;
  }
  if (typeof caller === 'string') return `${text(caller)} → ${text(called)}`;
  return `leg ${text(params['id'])}`;
}

function answerOf({ kind, answer, handler }: Outcome): string {
  if (kind === 'unanswered') return 'nobody minds';
  if (kind === 'fault') return `${handler?.label ?? '?'} failed`;
  if (kind !== 'answered') return '';
  const result = resultOf(answer);
  return `${handler?.label ?? '?'}${result === '' ? '' : `: ${result}`}`;
}

function resultOf(answer: unknown): string {
  if (typeof answer !== 'object' || answer === null) return '';
  if ('refused' in answer) return `refused, ${text(answer.refused)}`;
  if ('groups' in answer) {
    const { groups } = answer as Route;
    return groups
      .map((group) => group.map(({ callto }) => text(callto)).join(' and '))
      .join(', then ');
  }
  if ('contacts' in answer)
    return `${(answer.contacts as readonly unknown[]).length} contact(s) stored`;
  if ('legId' in answer) return `taken as ${text(answer.legId)}`;
  if ('id' in answer) return `leg ${text(answer.id)}`;
  return 'admitted' in answer ? 'admitted' : '';
}

/** Handlers that changed something on the way: `cluster.forward:50 changed callto`. */
function changesOf({ step }: Outcome): readonly string[] {
  const notes = step?.notes ?? [];
  const changes = notes
    .filter(({ kind }) => kind === 'changed')
    .map((note) => describeNote(step!, note));
  return [...new Set(changes)].slice(0, 2);
}

function timeOf({ durationMs }: Outcome): string {
  return durationMs === undefined || durationMs < 0.05 ? '' : `${durationMs.toFixed(1)} ms`;
}

function text(value: unknown): string {
  const whole = typeof value === 'string' ? value : `${value as number}`;
  return whole.length <= VALUE_CHARACTERS_MAX ? whole : `${whole.slice(0, VALUE_CHARACTERS_MAX)}…`;
}
