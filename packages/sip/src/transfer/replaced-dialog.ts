import { isRefusal, type Refusal, refuse } from '@tandem/messages';
import { parseReplaces, type Replaces, type SipRequest } from '@tandem/sip-stack';
import { tagOwner } from '../stray/tag-owner.ts';

/** Where a call goes that takes the place of a leg: `replace/<node>/<dialog as in Replaces>`. */
const DRIVER = 'replace';
/** Longer ones are no name of a dialog that we made. */
const REPLACES_CHARS_MAX = 512;

/** The param under which the switch carries the Replaces of an INVITE. */
export const REPLACES_PARAM = 'sip_replaces';

/**
 * The Replaces of a new INVITE (RFC 3891 §3), as it came; undefined where there is none. Two of
 * them, a broken one, and one beside Join are bad requests.
 */
export function readReplaces({ headers }: SipRequest): string | Refusal | undefined {
  const [value, ...others] = headers.getAll('Replaces');
  if (value === undefined) return undefined;
  if (others.length > 0) return refuse('badrequest', 'more than one Replaces');
  if (headers.has('Join')) return refuse('badrequest', 'Replaces and Join');
  const isFit = value.length <= REPLACES_CHARS_MAX && parseReplaces(value) !== undefined;
  return isFit ? value : refuse('badrequest', 'Replaces');
}

/**
 * The callto of whoever takes that dialog over: it is known at the node that made our tag of it,
 * whose name the tag bears. Refused where no node of a cluster made it.
 */
export function replacedCallto(value: string): string | Refusal {
  const node = tagOwner(parseReplaces(value)?.toTag ?? '');
  if (node === undefined) return refuse('nocall', 'the dialog to be replaced is none of ours');
  return `${DRIVER}/${node}/${value}`;
}

/** The dialog that such a callto names, by the names of the one who is to be replaced. */
export function readReplacedCallto(target: string): (Replaces & { node: string }) | undefined {
  const slash = target.indexOf('/');
  const dialog = parseReplaces(target.slice(slash + 1));
  return slash <= 0 || dialog === undefined
    ? undefined
    : { ...dialog, node: target.slice(0, slash) };
}

/** Whether a header of an INVITE keeps it from being taken as it is. */
export function checkReplaces(request: SipRequest): Refusal | undefined {
  const replaces = readReplaces(request);
  return isRefusal(replaces) ? replaces : undefined;
}
