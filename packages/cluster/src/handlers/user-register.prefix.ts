import type { Scope } from '@tandem/engine';

/** user.register: what is stored carries this node's name; what carries a name already stays. */
export function handleRegisterPrefix(
  scope: Scope,
  options: { readonly priority: number; readonly prefix: string; readonly own: string },
): void {
  const { priority, prefix, own } = options;
  scope.handle('user.register', { priority, as: 'cluster.prefix' }, (message) => {
    const { contacts } = message.params;
    const isNamed = (data: string): boolean => data === '' || data.startsWith(prefix);
    if (contacts.every(({ data }) => isNamed(data))) return;
    message.change({
      contacts: contacts.map((contact) =>
        isNamed(contact.data) ? contact : { ...contact, data: own + contact.data },
      ),
    });
  });
}
