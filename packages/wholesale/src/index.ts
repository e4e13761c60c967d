export { wholesaleMigrations } from './migrations/index.ts';
