import type { Ask } from '@tandem/engine';
import { declareMessage } from '../declaration.ts';
import { isRefusal, type Refusal, refusalWord, refuse } from '../refusal.ts';
import { type CallBlock, sampleCallBlock } from './call-block.ts';

/** What one branch changes of the call's own params and adds to them. */
export interface BranchParams {
  readonly caller?: string;
  readonly callername?: string;
  readonly called?: string;
  /** The flow of a registered phone, as its driver wrote it. */
  readonly connection?: string;
  /** Path of a registration that came through a proxy (RFC 3327). */
  readonly path?: readonly string[];
  /** Name of the outbound trunk; drivers do not read it. */
  readonly trunk?: string;
  /** How long the peer may stay silent, ms. */
  readonly noReplyMs?: number;
  /** How long until ringing, ms. */
  readonly postDialDelayMs?: number;
  /** How long the branch may ring, ms. */
  readonly ringMs?: number;
  /** Digest credentials towards the peer. */
  readonly authUsername?: string;
  readonly authPassword?: string;
  readonly outboundProxy?: string;
  /** Number forms, allowed headers and the like: for the driver, by its own names. */
  readonly driverOptions?: Readonly<Record<string, string | number | boolean | readonly string[]>>;
}

/** One destination of a group. */
export interface Branch {
  /** `driver/target`, or with the cluster's prefix what another node owns. */
  readonly callto: string;
  readonly params?: BranchParams;
}

/** Destinations that ring at the same time. */
export type BranchGroup = readonly Branch[];

/** Groups in the order in which they are tried. */
export interface Route {
  readonly groups: readonly BranchGroup[];
  /** SIP statuses after which the next group is tried; default: all but those that end the hunt. */
  readonly failoverCodes?: readonly number[];
}

declare module '@tandem/engine' {
  interface MessageMap {
    'call.route': Ask<CallBlock, Route | Refusal>;
  }
}

/** A route to one destination. */
export function routeTo(callto: string, params?: BranchParams): Route {
  return { groups: [[params === undefined ? { callto } : { callto, params }]] };
}

/** Where does this call go? */
export const callRoute = declareMessage({
  name: 'call.route',
  kind: 'ask',
  summary: 'Asks where a call goes: ordered groups of branches that ring together, or a refusal.',
  sentBy: 'switch',
  heardBy: 'cluster.local 50, tenant 60, rate 65, routes 70, registrar.location 90, plugins 100',
  sample: sampleCallBlock,
  codec: {
    answerToText: (answer) =>
      isRefusal(answer)
        ? {
            retvalue: '-',
            params: [
              ['error', answer.refused],
              ['reason', answer.detail],
            ],
          }
        : { retvalue: toCallto(answer), params: [] },
    textToAnswer: (retvalue, params) => {
      if (retvalue === '') return undefined;
      if (retvalue === '-' || retvalue === 'error') {
        return refuse(refusalWord(params.get('error')), params.get('reason') ?? '');
      }
      return fromCallto(retvalue);
    },
  },
});

/** Several branches become Yate's `fork a b | c`. */
function toCallto(route: Route): string {
  const [group] = route.groups;
  if (route.groups.length === 1 && group?.length === 1) return group[0]!.callto;
  const groups = route.groups.map((branches) => branches.map(({ callto }) => callto).join(' '));
  return `fork ${groups.join(' | ')}`;
}

function fromCallto(text: string): Route {
  if (!text.startsWith('fork ')) return routeTo(text);
  const groups = text
    .slice('fork '.length)
    .split('|')
    .map((group) => group.split(/\s+/).filter((callto) => callto !== ''))
    .filter((group) => group.length > 0);
  return { groups: groups.map((group) => group.map((callto) => ({ callto }))) };
}
