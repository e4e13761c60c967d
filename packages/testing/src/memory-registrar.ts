import { definePlugin, type Plugin, type Scope } from '@tandem/engine';
import {
  type Branch,
  type ContactBinding,
  type RegisteredContact,
  type RegisterParams,
  type Route,
  type UserCredentials,
} from '@tandem/messages';
import { hashCredentials } from '@tandem/sip-stack';

/**
 * Users and their contacts without a database, for tests of drivers: answers the same messages as
 * the registrar, within one node.
 */
export class MemoryRegistrar {
  readonly realm = 'tandem';
  /** Contacts by user; contact URI or instance is the key. */
  readonly bindings = new Map<string, Map<string, ContactBinding>>();
  /** Every REGISTER that was stored. */
  readonly registers: RegisterParams[] = [];
  /** Connections that were taken back. */
  readonly closed: string[] = [];
  /** Routes that are answered before the bindings are looked at, by called number. */
  readonly routes = new Map<string, Route>();
  /** Addresses that need no password, with the name of who is there. */
  readonly known = new Map<string, string>();
  /** Names of those whose word on the identity of callers is believed. */
  readonly trusted = new Set<string>();
  readonly #passwords: ReadonlyMap<string, string>;

  constructor(passwords: Readonly<Record<string, string>> = {}) {
    this.#passwords = new Map(Object.entries(passwords));
  }

  /** The plugin that answers for it. */
  readonly plugin: Plugin = definePlugin({
    name: 'memory-registrar',
    setup: (scope) => this.#serve(scope),
  });

  #serve(scope: Scope): void {
    scope.handle('user.auth', {}, ({ params }) =>
      this.#credentials(params.username, params.address),
    );
    scope.handle('user.register', {}, ({ params }) => this.#register(params));
    scope.handle('user.unregister', {}, ({ params }) => {
      this.closed.push(params.connection);
      let removed = 0;
      for (const contacts of this.bindings.values()) {
        for (const [key, { connection }] of contacts) {
          if (connection === params.connection && contacts.delete(key)) removed++;
        }
      }
      return { removed };
    });
    scope.handle('user.locate', {}, ({ params: { username } }) => {
      if (!this.#passwords.has(username)) return undefined;
      const contacts = [...(this.bindings.get(username)?.values() ?? [])];
      const phones = contacts.map(({ data, connection, path }) => {
        return { callto: data, connection, path };
      });
      return { phones };
    });
    scope.handle('call.route', { priority: 90 }, ({ params }) => this.#route(params.called));
  }

  #credentials(username: string, address: string): UserCredentials | undefined {
    const { realm } = this;
    if (username === '') {
      const name = this.known.get(address.slice(0, address.lastIndexOf(':')));
      if (name === undefined) return undefined;
      const isTrusted = this.trusted.has(name);
      return { username: name, realm, ha1Md5: '', ha1Sha256: '', isTrusted };
    }
    const password = this.#passwords.get(username);
    if (password === undefined) return undefined;
    return {
      username,
      realm,
      ha1Md5: hashCredentials('MD5', username, realm, password),
      ha1Sha256: hashCredentials('SHA-256', username, realm, password),
    };
  }

  #register(params: RegisterParams): { contacts: readonly RegisteredContact[] } {
    const contacts = this.bindings.get(params.username) ?? new Map<string, ContactBinding>();
    this.bindings.set(params.username, contacts);
    this.registers.push(params);
    if (params.isWipe) contacts.clear();
    for (const contact of params.contacts) {
      const key =
        contact.instance === '' ? contact.contact : `${contact.instance} ${contact.regId}`;
      if (contact.expiresSeconds === 0) contacts.delete(key);
      else contacts.set(key, contact);
    }
    return { contacts: [...contacts.values()] };
  }

  #route(called: string): Route | undefined {
    const fixed = this.routes.get(called);
    if (fixed !== undefined) return fixed;
    const contacts = [...(this.bindings.get(called)?.values() ?? [])];
    if (contacts.length === 0) return undefined;
    const branches = contacts.map(({ data, connection, path }): Branch => ({
      callto: data,
      params: { connection, path },
    }));
    return { groups: [branches] };
  }
}
