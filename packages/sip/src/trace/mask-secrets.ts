/** Header fields whose values prove who somebody is: what stands behind the user name is masked. */
const CREDENTIALS =
  /^((?:Proxy-)?Authorization[ \t]*:[ \t]*\w*)[^\r\n]*((?:\r\n[ \t][^\r\n]*)*)/gim;
const USERNAME = /\busername="[^"\r\n]{0,128}"/i;
/** What else a message may hold that is nobody's business: keys of media, digits of PINs. */
const MEDIA_KEYS = /^(a=(?:crypto|ice-pwd|key-mgmt):?)[^\r\n]*/gim;
const CLEAR_KEY = /^(k=)[^\r\n]*/gim;
const DIGITS = /^(Signal[ \t]*=[ \t]*)[^\r\n]*/gim;

/**
 * A message without what would let its reader pass for somebody else or listen in: credentials,
 * keys of media, digits dialled within a call. User names stay, and all else byte for byte.
 */
export function maskSecrets(text: string): string {
  return text
    .replace(CREDENTIALS, (value: string, name: string) => {
      const username = USERNAME.exec(value)?.[0];
      return `${name} ${username === undefined ? '' : `${username}, `}masked`;
    })
    .replace(MEDIA_KEYS, '$1 masked')
    .replace(CLEAR_KEY, '$1masked')
    .replace(DIGITS, '$1*');
}
