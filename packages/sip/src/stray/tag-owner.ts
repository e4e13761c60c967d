const NODE_CHARS_MAX = 64;
/** What follows the node in a tag of ours: a counter in base 36 and eight hexadecimal digits. */
const TAG = /^([\w.-]+)-[0-9a-z]{1,12}-[0-9a-f]{8}$/;
const FOREIGN_CHARACTERS = /[^\w.-]/g;

/** What local tags of a node begin with, so that a stray request can be told whose it is. */
export function tagPrefixOf(node: string): string {
  return `${node.replaceAll(FOREIGN_CHARACTERS, '_')}-`;
}

/** The node that made a tag, if it looks like one of ours; whether there is such a node is not said. */
export function tagOwner(tag: string): string | undefined {
  const node = TAG.exec(tag)?.[1];
  return node === undefined || node.length > NODE_CHARS_MAX ? undefined : node;
}
