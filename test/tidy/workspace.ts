import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SourceFile } from './source-file.ts';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

/** One workspace as it lies on the disk. */
export interface Workspace {
  /** The folder's name: `sip-stack`. */
  readonly name: string;
  readonly folder: string;
  readonly manifest: Manifest;
  readonly files: readonly SourceFile[];
}

/** The fields of a package.json that the checks read. */
export interface Manifest {
  readonly name: string;
  readonly exports?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

const ignored = new Set([
  'node_modules',
  'dist',
  'dist-web',
  'data',
  'coverage',
  'tmp',
  '.git',
  '.tools',
]);

/** All packages with their TypeScript files, tests included. */
export function readWorkspaces(): Workspace[] {
  return readdirSync(join(root, 'packages'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => {
      const folder = `packages/${name}`;
      return {
        name,
        folder,
        manifest: JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')) as Manifest,
        files: listFiles(join(root, folder))
          .filter((path) => /\.tsx?$/.test(path))
          .map(readSource),
      };
    });
}

/** Every text file of the project that is written by hand, whatever it is. */
export function readAllTexts(): SourceFile[] {
  return listFiles(root)
    .filter((path) => !/\.(png|ico|woff2?|jpg|gz|wav|pcap|tsbuildinfo|log|db)$/.test(path))
    .map(readSource);
}

function readSource(path: string): SourceFile {
  return new SourceFile(relative(root, path).split(sep).join('/'), readFileSync(path, 'utf8'));
}

function listFiles(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (ignored.has(entry.name)) return [];
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return listFiles(path);
    return entry.isFile() ? [path] : [];
  });
}
