import type { VNode } from 'preact';
import { useConsole } from '../../shell/console-context.ts';
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
      <Field name="q" title="Find" query={query} onChange={set} placeholder="any text" />
      <Field name="caller" title="Caller begins" query={query} onChange={set} />
      <Field name="called" title="Called begins" query={query} onChange={set} />
      <Choice name="state" title="State" of={callStates} query={query} onChange={set} />
      <Choice name="node" title="Node" of={names} query={query} onChange={set} />
      <Field name="tenant" title="Tenant" query={query} onChange={set} />
      <Field name="trunk" title="Trunk" query={query} onChange={set} />
      {isFiltered && (
        <a class="button" href={hrefOf('calls')}>
          Clear
        </a>
      )}
    </form>
  );
}

interface FieldProps {
  readonly name: string;
  readonly title: string;
  readonly query: Place['query'];
  readonly onChange: (name: string, value: string) => void;
}

function Field(props: FieldProps & { readonly placeholder?: string }): VNode {
  const { name, title, query, onChange, placeholder } = props;
  return (
    <label>
      {title}
      <input
        type="search"
        name={name}
        placeholder={placeholder}
        autocomplete="off"
        spellcheck={false}
        value={query[name] ?? ''}
        onInput={(event) => onChange(name, event.currentTarget.value)}
      />
    </label>
  );
}

function Choice(props: FieldProps & { readonly of: readonly string[] }): VNode {
  const { name, title, of, query, onChange } = props;
  const chosen = query[name] ?? '';
  const isKnown = chosen === '' || of.includes(chosen);
  return (
    <label>
      {title}
      <select
        name={name}
        value={chosen}
        onChange={(event) => onChange(name, event.currentTarget.value)}
      >
        <option value="">any</option>
        {[...of, ...(isKnown ? [] : [chosen])].map((value) => (
          <option key={value} value={value}>
            {value}
          </option>
        ))}
      </select>
    </label>
  );
}
