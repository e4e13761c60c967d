import type { VNode } from 'preact';
import { useConsole } from '../../shell/console-context.ts';
import { FilterChoice, FilterField } from '../../shell/filter-field.tsx';
import { hrefOf, type Place } from '../../shell/place.ts';
import { callStates } from './call-filter.ts';

/** The filters of the active calls; each one stands in the address, so a view can be handed on. */
export function FilterBar({ query }: { readonly query: Place['query'] }): VNode {
  const { nodes } = useConsole();
  const names = nodes.value?.nodes.map(({ name }) => name) ?? [];
  const set = (name: string, value: string): void => {
    location.replace(hrefOf('calls', '', { ...query, [name]: value }));
  };
  const isFiltered = Object.values(query).some((value) => value !== '');
  return (
    <form class="filters" role="search" onSubmit={(event) => event.preventDefault()}>
      <FilterField name="q" title="Find" query={query} onChange={set} placeholder="any text" />
      <FilterField name="caller" title="Caller begins" query={query} onChange={set} />
      <FilterField name="called" title="Called begins" query={query} onChange={set} />
      <FilterChoice name="state" title="State" of={callStates} query={query} onChange={set} />
      <FilterChoice name="node" title="Node" of={names} query={query} onChange={set} />
      <FilterField name="tenant" title="Tenant" query={query} onChange={set} />
      <FilterField name="trunk" title="Trunk" query={query} onChange={set} />
      {isFiltered && (
        <a class="button" href={hrefOf('calls')}>
          Clear
        </a>
      )}
    </form>
  );
}
