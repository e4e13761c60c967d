// Makes a fresh clone ready: the `pre` script of `npm start`, `npm test` and `npm run bench`, and
// what bin/tandem calls when something is missing. It needs nothing but Node, prints a line only
// for what it does, and is done in well under a second when nothing is missing.
//
//   node scripts/setup.mjs [--test | --build-only] [--local-tools]
//
//   (none)         packages, build, database, nats-server; exit 1 if one of them is not to be had
//   --test         the same, SIPp, Kamailio and Chromium; a missing one is told loudly, its tests skipped
//   --build-only   packages, build and database
//   --local-tools  unpacks its own copies of the programs even where the system has them

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(
    `set-up: Tandem needs Node.js 20.19 or newer, and this is ${process.versions.node}.\n` +
      '  Install a current Node.js (nodejs.org, your package manager, or a version manager).',
  );
  process.exit(1);
}

// Loaded only now, so that an old Node reads the line above and not a syntax error.
const { runSetup } = await import('./setup/run.mjs');
process.exitCode = await runSetup(process.argv.slice(2));
