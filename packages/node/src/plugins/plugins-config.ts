import { list, z } from '@tandem/engine';

/** `[plugins]` of clustering.conf. */
export const pluginsConfig = z.object({
  load: list(z.string())
    .default([])
    .describe(
      'list: files or packages that export plugins, such as ./barring/plugin.mjs; each has a section of its own, under its name',
    ),
});
