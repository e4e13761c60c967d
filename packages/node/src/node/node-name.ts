import { hostname } from 'node:os';
import type { Conf } from '../conf/conf.ts';
import type { ConfProblem } from '../conf/conf-problem.ts';

/** A name stands in call ids, file names, headers and NATS subjects. */
const NAME = /^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$/;

/** The name of the node: what the command line or `[general] nodename` says, else the machine's. */
export function nodeNameOf(conf: Conf): string {
  const said = conf.section('general')['nodename'];
  const name = typeof said === 'string' ? said : '';
  return name === '' ? (hostname().split('.')[0] ?? '') : name;
}

/** What is wrong with the name of the node, if anything is. */
export function checkNodeName(conf: Conf): readonly ConfProblem[] {
  const name = nodeNameOf(conf);
  if (NAME.test(name)) return [];
  return [
    {
      place: conf.placeOf('general', 'nodename'),
      section: 'general',
      key: 'nodename',
      message: `expected letters, digits, dots and dashes, at most 63, got ${JSON.stringify(name)}`,
      hint: 'name the node with --node node1',
    },
  ];
}
