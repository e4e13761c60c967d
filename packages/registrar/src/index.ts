export { registrarConfig, type RegistrarConfig } from './config.ts';
export { registrarFaults } from './faults.ts';
export { registrarMigrations } from './migrations/index.ts';
export { hashPassword } from './password-hashes.ts';
export { createRegistrarPlugin } from './plugin.ts';
