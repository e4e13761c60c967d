import type { VNode } from 'preact';
import type { Place } from './place.ts';

/** What every filter of a page has. */
export interface FilterProps {
  /** Its key in the address. */
  readonly name: string;
  readonly title: string;
  readonly query: Place['query'];
  readonly onChange: (name: string, value: string) => void;
}

/** A filter that one types. */
export function FilterField(props: FilterProps & { readonly placeholder?: string }): VNode {
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

/** A filter that is an instant, by this browser's zone. */
export function FilterInstant({ name, title, query, onChange }: FilterProps): VNode {
  return (
    <label class="filter-instant">
      {title}
      <input
        type="datetime-local"
        name={name}
        value={query[name] ?? ''}
        onInput={(event) => onChange(name, event.currentTarget.value)}
      />
    </label>
  );
}

/** A filter that one chooses; what an address says beside the known words is kept. */
export function FilterChoice(
  props: FilterProps & { readonly of: readonly string[]; readonly none?: string },
): VNode {
  const { name, title, of, none = 'any', query, onChange } = props;
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
        <option value="">{none}</option>
        {[...of, ...(isKnown ? [] : [chosen])].map((value) => (
          <option key={value} value={value}>
            {value}
          </option>
        ))}
      </select>
    </label>
  );
}
