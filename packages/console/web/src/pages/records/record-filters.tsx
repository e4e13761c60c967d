import type { VNode } from 'preact';
import { useConsole } from '../../shell/console-context.ts';
import { FilterChoice, FilterField, FilterInstant } from '../../shell/filter-field.tsx';
import { hrefOf, type Place } from '../../shell/place.ts';

/** Why somebody should look at a record, as GET /cdrs has it. */
const SUSPICIONS = ['unbilled', 'loss', 'orphan', 'corrected', 'any'];

/** The filters of the records; each one stands in the address, so a view can be handed on. */
export function RecordFilters({ query }: { readonly query: Place['query'] }): VNode {
  const { nodes } = useConsole();
  const names = nodes.value?.nodes.map(({ name }) => name) ?? [];
  const set = (name: string, value: string): void => {
    location.replace(hrefOf('cdrs', '', { ...query, [name]: value }));
  };
  const isFiltered = Object.values(query).some((value) => value !== '');
  const shared = { query, onChange: set };
  return (
    <form class="filters" role="search" onSubmit={(event) => event.preventDefault()}>
      <FilterInstant name="from" title="From" {...shared} />
      <FilterInstant name="to" title="Before" {...shared} />
      <FilterField name="tenant" title="Tenant" {...shared} />
      <FilterField name="caller" title="Caller begins" {...shared} />
      <FilterField name="called" title="Called begins" {...shared} />
      <FilterField name="trunk" title="Trunk" {...shared} />
      <FilterChoice name="status" title="Result" of={['answered']} {...shared} />
      <FilterField name="code" title="SIP code" {...shared} />
      <FilterField name="minSeconds" title="Talk, s, at least" {...shared} />
      <FilterChoice name="suspect" title="Suspect" of={SUSPICIONS} none="all records" {...shared} />
      <FilterChoice name="node" title="Node" of={names} {...shared} />
      <FilterChoice name="kind" title="Records" of={['attempt', 'all']} none="calls" {...shared} />
      {isFiltered && (
        <a class="button" href={hrefOf('cdrs')}>
          Clear
        </a>
      )}
    </form>
  );
}
