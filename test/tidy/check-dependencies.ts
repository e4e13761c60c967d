import { posix } from 'node:path';
import type { Finding } from './finding.ts';
import { listImports, packageOf, type Import } from './imports.ts';
import { layers, mayHold, type Layer } from './layers.ts';
import type { SourceFile } from './source-file.ts';
import type { Workspace } from './workspace.ts';

/** Dependencies go downwards only, and an outside library stays in its one package. */
export function checkDependencies(workspaces: readonly Workspace[]): Finding[] {
  return workspaces.flatMap((workspace) => {
    const layer = layers[workspace.name];
    if (layer === undefined) {
      const path = `${workspace.folder}/package.json`;
      return [{ path, line: 1, message: 'a package that test/tidy/layers.ts does not know' }];
    }
    return [
      ...checkManifest(workspace, layer),
      ...workspace.files.flatMap((file) =>
        listImports(file).flatMap((item) => {
          const message = judge(item, file, workspace, layer, workspaces);
          return message === undefined ? [] : [file.finding(item.offset, message)];
        }),
      ),
    ];
  });
}

function checkManifest(workspace: Workspace, layer: Layer): Finding[] {
  return Object.keys(workspace.manifest.dependencies ?? {}).flatMap((name) => {
    const isAllowed = name.startsWith('@tandem/')
      ? layer.tandem.includes(name.slice('@tandem/'.length))
      : mayHold(layer, name);
    const path = `${workspace.folder}/package.json`;
    return isAllowed ? [] : [{ path, line: 1, message: `may not depend on ${name}` }];
  });
}

function judge(
  { specifier }: Import,
  file: SourceFile,
  workspace: Workspace,
  layer: Layer,
  workspaces: readonly Workspace[],
): string | undefined {
  if (specifier.startsWith('.')) return judgeRelative(specifier, file, workspace);
  if (specifier.startsWith('node:')) return undefined;
  if (specifier.startsWith('@tandem/')) {
    return judgeSister(specifier, file, workspace, layer, workspaces);
  }
  if (file.isTest) return undefined;
  const name = packageOf(specifier);
  if (!mayHold(layer, name)) return `the library ${name} has no place in ${workspace.name}`;
  // What goes into built web pages is not needed at run time.
  const isWeb = file.path.startsWith(`${workspace.folder}/web/`);
  const { dependencies = {}, devDependencies = {} } = workspace.manifest;
  const isDeclared = Object.hasOwn(isWeb ? devDependencies : dependencies, name);
  const list = isWeb ? 'devDependencies' : 'dependencies';
  return isDeclared ? undefined : `${name} is not in the ${list} of its package.json`;
}

function judgeRelative(
  specifier: string,
  file: SourceFile,
  workspace: Workspace,
): string | undefined {
  const target = posix.join(posix.dirname(file.path), specifier);
  if (!/\.(tsx?|mjs|json|css)$/.test(specifier)) return `${specifier} lacks its extension .ts`;
  if (target.startsWith(`${workspace.folder}/`)) return undefined;
  // Tests may use the project's own scripts, and what all live tests share.
  if (file.isTest && /^(scripts|test)\//.test(target)) return undefined;
  return `${specifier} leaves the package: import other packages by name`;
}

function judgeSister(
  specifier: string,
  file: SourceFile,
  workspace: Workspace,
  layer: Layer,
  workspaces: readonly Workspace[],
): string | undefined {
  const sister = workspaces.find(({ manifest }) => manifest.name === packageOf(specifier));
  if (sister === undefined) return `there is no package ${packageOf(specifier)}`;
  const entry =
    specifier === sister.manifest.name ? '.' : `.${specifier.slice(sister.manifest.name.length)}`;
  if (!Object.hasOwn(sister.manifest.exports ?? {}, entry)) {
    return `${specifier} reaches into ${sister.name}: it exports no ${entry}`;
  }
  // A test may try its own package as others see it.
  if (file.isTest) return undefined;
  if (sister.name === workspace.name) return `${workspace.name} imports itself by name`;
  if (!layer.tandem.includes(sister.name)) {
    return `${workspace.name} may not import ${sister.name}: dependencies go downwards, features meet on the bus`;
  }
  const isDeclared = Object.hasOwn(workspace.manifest.dependencies ?? {}, sister.manifest.name);
  return isDeclared ? undefined : `${specifier} is not in the dependencies of its package.json`;
}
