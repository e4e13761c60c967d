import type { Trail } from '@tandem/engine';
import {
  type Branch,
  describeRefusal,
  formatMicros,
  type FrozenTerms,
  isRefusal,
  type Refusal,
  refuse,
  type Route,
  type WholesaleFacts,
} from '@tandem/messages';
import type { AskedRoute } from './ask-route.ts';

/** The whole decision about a call, for people and programs: money as decimal text. */
export interface RouteReport {
  readonly outcome: 'route' | 'refuse';
  readonly reason: string | null;
  readonly detail: string | null;
  readonly status: number | null;
  readonly q850: number | null;
  readonly tenant: string | null;
  readonly inboundTrunk: string | null;
  /** Numbers as rating and routing saw them. */
  readonly caller: string;
  readonly called: string;
  readonly at: number;
  /** What it was judged by; of deck and profile, those of the tenant. */
  readonly versions: VersionsReport;
  readonly sell: TermsReport | null;
  readonly groups: readonly (readonly AttemptReport[])[];
  readonly candidates: readonly CandidateReport[];
  readonly trail: readonly TrailReport[];
}

/** Versions that a decision went by. */
export interface VersionsReport {
  /** Of the set-up; null before the first reading. */
  readonly setup: number | null;
  readonly deck: number | null;
  readonly profile: number | null;
  /** Whether the node had taken over all that the database held when it was asked. */
  readonly isNewest: boolean;
}

/** What is known of the catalogue that a route was asked of. */
export interface AskedCatalogue {
  readonly setupVersion: number | null;
  readonly isNewest: boolean;
}

/** Terms as JSON shows them. */
export interface TermsReport {
  readonly deck: string;
  readonly version: number;
  readonly prefix: string;
  readonly rate: string;
  readonly first: number;
  readonly next: number;
  readonly connectFee: string;
  readonly currency: string;
}

/** One attempt: where to, with which numbers, at what cost and margin a minute. */
export interface AttemptReport {
  readonly trunk: string | null;
  readonly callto: string;
  readonly caller: string;
  readonly called: string;
  readonly buy: TermsReport | null;
  readonly margin: string | null;
}

/** One carrier that was looked at. */
export interface CandidateReport {
  readonly trunk: string;
  readonly priority: number;
  readonly weight: number;
  readonly isTaken: boolean;
  readonly reason: string;
  readonly rate: string | null;
}

/** What one handler did. */
export interface TrailReport {
  readonly handler: string;
  readonly priority: number;
  readonly outcome: string;
  readonly note: string | null;
  readonly durationMs: number | null;
}

/** Says what was decided, by whom, and why. */
export function reportRoute(
  { question, answer, facts, trail }: AskedRoute,
  { setupVersion, isNewest }: AskedCatalogue,
): RouteReport {
  const { wholesale } = facts;
  const refusal = refusalOf(answer, wholesale);
  const described = refusal && describeRefusal(refusal);
  const route = answer !== undefined && !isRefusal(answer) ? answer : undefined;
  return {
    outcome: route === undefined ? 'refuse' : 'route',
    reason: refusal?.refused ?? null,
    detail: refusal?.detail ?? null,
    status: described?.status ?? null,
    q850: described?.q850 ?? null,
    tenant: wholesale?.tenant.name ?? null,
    inboundTrunk: wholesale?.inboundTrunk?.name ?? null,
    caller: wholesale?.caller ?? question.caller,
    called: wholesale?.called ?? question.called,
    at: question.at,
    versions: {
      setup: setupVersion,
      deck: wholesale?.sell?.version ?? null,
      profile: wholesale?.profile?.version ?? null,
      isNewest,
    },
    sell: reportTerms(wholesale?.sell),
    groups: groupsOf(route, wholesale, question),
    candidates: (wholesale?.candidates ?? []).map(
      ({ rateMicrosPerMinute: rate, ...candidate }) => ({
        ...candidate,
        rate: rate === undefined ? null : formatMicros(rate),
      }),
    ),
    trail: reportTrail(trail),
  };
}

/** What the caller would hear; nobody's call is what the unknown source makes of it. */
function refusalOf(
  answer: Route | Refusal | undefined,
  wholesale: WholesaleFacts | undefined,
): Refusal | undefined {
  if (isRefusal(answer)) return answer;
  if (answer !== undefined) return undefined;
  return wholesale === undefined
    ? refuse('unknownsource', 'source and user belong to no tenant, and nobody routed the call')
    : refuse('noroute', 'nobody routed the call');
}

function groupsOf(
  route: Route | undefined,
  wholesale: WholesaleFacts | undefined,
  question: { readonly caller: string; readonly called: string },
): AttemptReport[][] {
  const numbers = wholesale ?? question;
  return (route?.groups ?? []).map((group) =>
    group.map(({ callto, params }: Branch): AttemptReport => {
      const terms =
        params?.trunk === undefined ? undefined : wholesale?.buy?.get(params.trunk)?.terms;
      return {
        trunk: params?.trunk ?? null,
        callto,
        caller: params?.caller ?? numbers.caller,
        called: params?.called ?? numbers.called,
        buy: reportTerms(terms),
        margin: marginOf(wholesale?.sell, terms),
      };
    }),
  );
}

function marginOf(sell: FrozenTerms | undefined, buy: FrozenTerms | undefined): string | null {
  if (sell === undefined || buy === undefined) return null;
  return formatMicros(sell.rateMicrosPerMinute - buy.rateMicrosPerMinute);
}

function reportTerms(terms: FrozenTerms | undefined): TermsReport | null {
  if (terms === undefined) return null;
  const { deck, version, prefix, firstSeconds, nextSeconds, currency } = terms;
  return {
    deck,
    version,
    prefix,
    rate: formatMicros(terms.rateMicrosPerMinute),
    first: firstSeconds,
    next: nextSeconds,
    connectFee: formatMicros(terms.connectFeeMicros),
    currency,
  };
}

function reportTrail({ steps }: Trail): TrailReport[] {
  return steps.flatMap(({ labels, notes = [] }) => {
    const ending = (notes ?? []).find(({ kind }) => kind === 'answered' || kind === 'threw');
    return labels.map((label, handler): TrailReport => {
      const colon = label.lastIndexOf(':');
      const own = (notes ?? []).filter((remark) => remark.handler === handler);
      const passed = ending === undefined || handler <= ending.handler ? 'passed' : 'not asked';
      const last = own.findLast(({ kind }) => kind !== 'waited' && kind !== 'ran') ?? own.at(-1);
      const timed = own.findLast(({ durationMs }) => durationMs !== undefined);
      return {
        handler: label.slice(0, colon),
        priority: Number(label.slice(colon + 1)),
        outcome: last === undefined || last.kind === 'ran' ? passed : last.kind,
        note: last?.text ?? null,
        durationMs: timed?.durationMs ?? null,
      };
    });
  });
}
