/** The user part of a URI without its parameters: `+49301` of `+49301;npdi;rn=+49302` (RFC 4694). */
export function withoutParams(user: string): string {
  const semicolon = user.indexOf(';');
  return semicolon < 0 ? user : user.slice(0, semicolon);
}
