import { createHash } from 'node:crypto';

/** H(A1) of a user, hex, by both digest algorithms (RFC 7616 §3.4.2): what is stored of a password. */
export function hashPassword(
  name: string,
  realm: string,
  password: string,
): { readonly ha1Md5: string; readonly ha1Sha256: string } {
  const secret = `${name}:${realm}:${password}`;
  return {
    ha1Md5: createHash('md5').update(secret).digest('hex'),
    ha1Sha256: createHash('sha256').update(secret).digest('hex'),
  };
}
