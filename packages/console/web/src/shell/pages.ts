import type { ComponentType } from 'preact';
import { CallsPage } from '../pages/calls/calls-page.tsx';
import { ClusterPage } from '../pages/cluster/cluster-page.tsx';
import { OverviewPage } from '../pages/overview/overview-page.tsx';
import { RecordsPage } from '../pages/records/records-page.tsx';
import { RouteTestPage } from '../pages/route-test/route-test-page.tsx';
import { TenantsPage } from '../pages/tenants/tenants-page.tsx';
import type { Place } from './place.ts';

/** One page of the console, as the navigation names it. */
export interface PageEntry {
  readonly id: string;
  readonly title: string;
  readonly Page: ComponentType<{ readonly place: Place }>;
}

/** The pages in the order of the navigation; the first one is shown for an unknown address. */
export const pages: readonly [PageEntry, ...PageEntry[]] = [
  { id: 'overview', title: 'Overview', Page: OverviewPage },
  { id: 'calls', title: 'Active calls', Page: CallsPage },
  { id: 'cluster', title: 'Cluster', Page: ClusterPage },
  { id: 'cdrs', title: 'CDRs', Page: RecordsPage },
  { id: 'tenants', title: 'Tenants', Page: TenantsPage },
  { id: 'route-test', title: 'Route test', Page: RouteTestPage },
];
