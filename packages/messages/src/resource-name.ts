/** Names a resource: `<driver>/<target>`, such as `sip/sip:bob@192.0.2.7:5060` or `park/7`. */
export interface ResourceName {
  readonly driver: string;
  readonly target: string;
}

/** Splits a callto at its first slash; undefined if there is none or the driver is empty. */
export function parseResource(callto: string): ResourceName | undefined {
  const slash = callto.indexOf('/');
  if (slash <= 0) return undefined;
  return { driver: callto.slice(0, slash), target: callto.slice(slash + 1) };
}

/** The callto of a resource. */
export function formatResource({ driver, target }: ResourceName): string {
  return `${driver}/${target}`;
}

/** The target of a callto of that driver; undefined if it is another's. */
export function targetOf(callto: string, driver: string): string | undefined {
  return callto.startsWith(`${driver}/`) ? callto.slice(driver.length + 1) : undefined;
}
