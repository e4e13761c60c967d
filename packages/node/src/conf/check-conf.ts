import { type ConfigIssue, guess, readSection, z } from '@tandem/engine';
import type { Conf } from './conf.ts';
import type { ConfProblem } from './conf-problem.ts';
import type { SectionDeclaration } from './section-declaration.ts';

/** The key that every plugin's section may hold. */
const onFault = z
  .enum(['refuse', 'pass'])
  .default('refuse')
  .describe('word: refuse or pass: what a fault of this plugin does to a call');

/** Everything that is wrong with a configuration, in the order of its places; empty when nothing is. */
export function checkConf(
  conf: Conf,
  declarations: readonly SectionDeclaration[],
): readonly ConfProblem[] {
  const known = declarations.map(({ name }) => name);
  const unknown = conf.sections.filter((name) => !known.includes(name));
  return [
    ...unknown.map((name) => unknownSection(conf, name, known)),
    ...declarations.flatMap((declaration) => checkSection(conf, declaration)),
  ];
}

/** A plugin's schema with the key that all plugins share. */
export function wholeSchema({ schema, isPlugin }: SectionDeclaration): z.ZodObject {
  return isPlugin ? z.object({ ...schema.shape, onFault }) : schema;
}

function checkSection(conf: Conf, declaration: SectionDeclaration): ConfProblem[] {
  const { name, schema, isPlugin } = declaration;
  const { onFault: word, ...own } = conf.section(name);
  const raw = isPlugin || word === undefined ? own : { ...own, onFault: word };
  const read = readSection(name, schema, raw);
  const problems = read.ok ? [] : read.issues.map((issue) => placed(conf, issue));
  if (isPlugin && word !== undefined && !onFault.safeParse(word).success) {
    const message = `expected refuse or pass, got ${JSON.stringify(word)}`;
    problems.push(placed(conf, { section: name, key: 'onFault', message }));
  }
  return problems;
}

function placed(conf: Conf, issue: ConfigIssue): ConfProblem {
  const { section, key, message, hint } = issue;
  const place = conf.placeOf(section, key);
  const places = conf.placesOf(section, key);
  if (places.length > 1 && !message.startsWith('unknown')) {
    const also = places.slice(1).join(', ');
    return { place, section, key, message: `given more than once, also at ${also}` };
  }
  const said = plainly(message);
  return { place, section, key, message: said, ...(hint === undefined ? undefined : { hint }) };
}

/** Bounds as zod says them, in the words of our own messages. */
function plainly(message: string): string {
  return message
    .replace(/^Too (?:small|big): expected \w+ to (?:be|have) /, 'expected ')
    .replace(/(?<=^expected )>=/, 'at least ')
    .replace(/(?<=^expected )<=/, 'at most ');
}

function unknownSection(conf: Conf, section: string, known: readonly string[]): ConfProblem {
  const place = conf.placeOf(section);
  const meant = guess(section, known);
  const hint =
    meant === undefined
      ? `known sections: ${known.join(', ')}; a plugin's section needs its file in [plugins] load`
      : `did you mean [${meant}]?`;
  return { place, section, message: 'unknown section', hint };
}
