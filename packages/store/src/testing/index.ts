export { openTestStore, type TestStore, type TestStoreOptions } from './open-test-store.ts';
export { openTestDatabase, type TestDatabase } from './test-database.ts';
export { TestServer } from './test-server.ts';
