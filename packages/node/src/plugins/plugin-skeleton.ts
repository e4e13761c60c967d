/** The files of a new plugin by name: one that works, its test, and how to run both. */
export function pluginSkeleton(name: string): Readonly<Record<string, string>> {
  return {
    'plugin.mjs': pluginText(name),
    'plugin.test.mjs': testText(),
    'package.json': packageText(name),
    'README.md': readmeText(name),
  };
}

function pluginText(name: string): string {
  return `import { definePlugin, z, list } from '@tandem/engine';
import { refuse } from '@tandem/messages';

// Refuses calls to barred numbers. The section [${name}] of clustering.conf holds its settings.
export const plugin = definePlugin({
  name: '${name}',
  config: z.object({
    prefixes: list(z.string()).default([]).describe('list: numbers that begin so are refused'),
    priority: z.coerce.number().int().default(55).describe('number: place among those who route'),
  }),
  setup(scope, config) {
    // Before anyone who routes: lower runs first. \`tandem handlers call.route\` shows the others.
    scope.handle('call.route', { priority: config.priority }, ({ params }) => {
      const hit = config.prefixes.find((prefix) => params.called.startsWith(prefix));
      // undefined means "not mine": the next handler is asked.
      return hit === undefined ? undefined : refuse('forbidden', \`prefix \${hit} is barred\`);
    });
  },
});
`;
}

function testText(): string {
  return `import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Engine } from '@tandem/engine';
import { callRoute } from '@tandem/messages';
import { plugin } from './plugin.mjs';

async function route(called) {
  const engine = new Engine({ node: 'test' });
  await engine.install(plugin, { prefixes: '0900, 118' });
  return await engine.bus.ask('call.route', { ...callRoute.sample, called });
}

test('a barred number is refused', async () => {
  assert.equal((await route('0900123'))?.refused, 'forbidden');
});

test('any other number is left to those who come after', async () => {
  assert.equal(await route('2002'), undefined);
});
`;
}

function packageText(name: string): string {
  const manifest = {
    name,
    version: '0.1.0',
    private: true,
    type: 'module',
    scripts: { test: 'node --test' },
    peerDependencies: { '@tandem/engine': '*', '@tandem/messages': '*' },
  };
  return `${JSON.stringify(manifest, undefined, 2)}\n`;
}

function readmeText(name: string): string {
  return `# ${name}

A plugin for Tandem. Test it with \`npm test\`, load it in clustering.conf:

    [plugins]
    load = ./${name}/plugin.mjs

    [${name}]
    prefixes = 0900, 118

docs/MESSAGES.md of Tandem lists what a plugin can answer and hear.
`;
}
