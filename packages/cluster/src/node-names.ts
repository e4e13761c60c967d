/*
 * Names of resources that belong to a node:
 *
 *   cluster/node2/sip/sip:bob@192.0.2.7:5060
 *   └──────┘└───┘ └────────────────────────┘
 *   prefix  node  what the node's own drivers understand
 */

/** The prefix with its slash: an empty one makes names that start with a slash (as in Yate). */
export function normalisePrefix(prefix: string): string {
  return prefix.endsWith('/') ? prefix : `${prefix}/`;
}

/** The prefix of what belongs to that node. */
export function ownPrefix(prefix: string, node: string): string {
  return `${prefix}${node}/`;
}

/** Splits a callto of the cluster; undefined when it is not one, or names no node and target. */
export function splitClusterName(
  callto: string,
  prefix: string,
): { readonly node: string; readonly target: string } | undefined {
  if (!callto.startsWith(prefix)) return undefined;
  const rest = callto.slice(prefix.length);
  const slash = rest.indexOf('/');
  if (slash < 0) return undefined;
  const target = rest.slice(slash + 1).trim();
  return target === '' ? undefined : { node: rest.slice(0, slash).trim(), target };
}

/** Puts the parts of a match and the params of a call into Yate's template of a destination. */
export function fillTemplate(
  template: string,
  match: RegExpMatchArray,
  param: (name: string) => string | undefined,
): string {
  const matched = template.replace(/\\(\d|\\)/g, (_, what: string) =>
    what === '\\' ? '\\' : (match[Number(what)] ?? ''),
  );
  return fillParams(matched, param);
}

/** `${name}` and `${name$default}`; what is put in is not looked at again; an open `${` stays. */
function fillParams(text: string, param: (name: string) => string | undefined): string {
  return text.replace(/\$\{([^}$]*)(?:\$([^}]*))?\}/g, (_, name: string, fallback?: string) => {
    const value = param(name.trim());
    return value ?? fallback ?? '';
  });
}
