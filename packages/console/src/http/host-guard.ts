import { isLoopback } from '../listen-address.ts';

/**
 * Whether a request to an open console may come from a web page that a browser on this machine
 * has loaded from elsewhere. Such a page reaches loopback by a name of its own that resolves to
 * it (DNS rebinding: a foreign Host), or posts blindly (a foreign Origin). With tokens neither
 * helps it; without, both are refused. The sentence of the refusal, or undefined.
 */
export function foreignWord(
  host: string | undefined,
  origin: string | undefined,
): string | undefined {
  const name = nameOf(host ?? '');
  if (!isLoopback(name)) {
    return `the Host header must name this machine, got ${JSON.stringify(host ?? '')}`;
  }
  if (origin !== undefined && origin.toLowerCase() !== `http://${host}`.toLowerCase()) {
    return `a page of ${JSON.stringify(origin)} may not use this API`;
  }
  return undefined;
}

function nameOf(host: string): string {
  return host.replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1');
}
