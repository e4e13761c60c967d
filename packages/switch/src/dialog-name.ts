/**
 * The name of a branch's dialog as the incoming leg hears it: `<branch>:<dialog>`. Branches count
 * over the whole call, so two carriers that use one To-tag are told apart.
 */
export function nameDialog(branch: number, dialog: string): string {
  return `${branch}:${dialog}`;
}

/** The branch and its own dialog that a name stands for; undefined if it is no such name. */
export function readDialog(name: string): { branch: number; dialog: string } | undefined {
  const colon = name.indexOf(':');
  if (colon <= 0) return undefined;
  const branch = Number(name.slice(0, colon));
  return Number.isInteger(branch) ? { branch, dialog: name.slice(colon + 1) } : undefined;
}
