import type { HandoverParams } from '@tandem/messages';

const TEXTS = [
  'key',
  'boot',
  'callto',
  'billid',
  'username',
  'caller',
  'callername',
  'called',
  'domain',
] as const;
const LISTS = ['headers', 'diversion', 'allow', 'supported', 'require'] as const;

/** Whether what another node sent hands a call over: checked at the rim, trusted inside. */
export function isHandover(params: Readonly<Record<string, unknown>>): boolean {
  const { hops, setupMs, offer, connection, path, branch } = params as Partial<HandoverParams>;
  return (
    TEXTS.every((name) => typeof params[name] === 'string') &&
    params['key'] !== '' &&
    Number.isInteger(hops) &&
    Number.isFinite(setupMs) &&
    (connection === undefined || typeof connection === 'string') &&
    (path === undefined || areTexts(path)) &&
    (branch === undefined || isBranch(branch)) &&
    isOffer(offer)
  );
}

function isBranch(value: unknown): boolean {
  if (!isObject(value)) return false;
  const { ringMs, driverOptions } = value;
  return (
    (ringMs === undefined || Number.isFinite(ringMs)) &&
    (driverOptions === undefined || isObject(driverOptions)) &&
    ['authUsername', 'authPassword', 'outboundProxy'].every(
      (name) => value[name] === undefined || typeof value[name] === 'string',
    )
  );
}

function isOffer(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const offer = value as Readonly<Record<string, unknown>>;
  const { identity, body, maxForwards } = offer;
  const asserted = isObject(identity) ? identity['asserted'] : undefined;
  const isBody =
    body === undefined ||
    (isObject(body) && typeof body['type'] === 'string' && typeof body['content'] === 'string');
  return (
    isBody &&
    areTexts(asserted) &&
    Number.isInteger(maxForwards) &&
    LISTS.every((name) => Array.isArray(offer[name]))
  );
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function areTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}
