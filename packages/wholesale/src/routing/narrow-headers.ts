import type { Branch, Route } from '@tandem/messages';

/**
 * Leaves of the headers that each outgoing trunk may have only those that the incoming one may
 * bring (its `allowedHeaders`, in lower case). One that names none brings what the others take.
 */
export function narrowHeaders(route: Route, broughtBy: readonly string[]): Route {
  if (broughtBy.length === 0) return route;
  const narrowed = (branch: Branch): Branch => {
    const allowed = branch.params?.driverOptions?.['allowedHeaders'];
    if (!Array.isArray(allowed)) return branch;
    const left = (allowed as readonly string[]).filter((name) =>
      broughtBy.includes(name.toLowerCase()),
    );
    const driverOptions = { ...branch.params?.driverOptions, allowedHeaders: left };
    return { ...branch, params: { ...branch.params, driverOptions } };
  };
  return { ...route, groups: route.groups.map((group) => group.map(narrowed)) };
}
