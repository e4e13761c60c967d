import { Engine } from '@tandem/engine';
import type { CliCommand } from '@tandem/messages';
import type { NodeSettings } from '../node/settings.ts';
import { printerOf } from './printer-of.ts';
import type { Verb } from './verb.ts';

/**
 * The verbs that third parties' plugins contribute: they are set up on a bus that is never
 * started, asked, and taken out again. @throws what their set-up throws
 */
export async function contributedVerbs(settings: NodeSettings): Promise<readonly Verb[]> {
  const { node, conf, plugins } = settings;
  if (plugins.length === 0) return [];
  const engine = new Engine({ node });
  try {
    for (const plugin of plugins) await engine.install(plugin, conf.section(plugin.name));
    const { answers } = await engine.bus.gather('cli.commands', {});
    return answers.flatMap(({ answer }) => answer).map(verbOf);
  } finally {
    await engine.stop();
  }
}

function verbOf(command: CliCommand): Verb {
  const { describe, options } = command;
  return {
    command: command.command,
    describe,
    options,
    run: (args, terminal) => command.run(args, printerOf(terminal)),
  };
}
