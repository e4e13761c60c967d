import { findLocalTool, findSystemTool, findTool, toolPackages } from '../tools.mjs';
import { tell } from './command.mjs';
import { fetchDebianPackage } from './debian-package.mjs';

const whatFor = {
  'nats-server': 'the bus between nodes; several nodes need it',
  sipp: 'SIP load and scenarios; only tests and benches need it',
  chromium: "looks at the console's pages; only tests need it",
  kamailio: 'a load balancer in front of nodes; only tests need it',
};

const elsewhere = {
  'nats-server': 'macOS: brew install nats-server; otherwise see nats.io',
  sipp: 'macOS: brew install sipp; otherwise see the SIPp project',
  chromium: 'otherwise see the Chromium project',
  kamailio: 'otherwise see the Kamailio project',
};

/** Said where it takes a while. */
const sizes = { chromium: ', 100 MB and more: minutes, once' };

/**
 * Sees to it that a program is there, from the system or unpacked into `.tools/` without root.
 * Returns undefined when it is, else a sentence that says what to install.
 */
export function provideTool(name, mustBeLocal) {
  const found = mustBeLocal ? findLocalTool(name) : findTool(name);
  if (found !== undefined) return undefined;

  const packageName = toolPackages[name];
  tell(`fetching ${name} (Debian package ${packageName}${sizes[name] ?? ''}) into .tools/ …`);
  const problem = fetchDebianPackage(packageName);
  if (problem === undefined && findLocalTool(name) !== undefined) return undefined;

  const fallback = findSystemTool(name);
  if (fallback !== undefined) {
    tell(`${problem ?? 'the package does not hold it'}; using ${fallback.path}`);
    return undefined;
  }
  return (
    `${name} is missing (${whatFor[name]}).\n` +
    `  Install it as root: apt-get install ${packageName}   (${elsewhere[name]})\n` +
    `  It was looked for on PATH and in /usr/sbin, and could not be fetched:\n` +
    `  ${problem ?? `the package ${packageName} does not hold ${name}`}`
  );
}
