#!/usr/bin/env node
// The way into every command: plain JavaScript for Node 20, because it runs before anything is installed.
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildWhenNeeded } from './run/build.mjs';
import { installWhenNeeded } from './run/install.mjs';
import { launch } from './run/launch.mjs';
import { runTests } from './run/test.mjs';

const commands = {
  start: 'migrate a simulated account end to end and show what happened',
  up: 'run the local stack and the three services against the vendors that the environment names',
  stack: 'run Kafka, the schema registry and PostgreSQL alone',
  portage: 'the command line of a running Portage',
  simulators: 'run the simulated Constant Contact and Klaviyo alone',
  'db-migrate': 'bring the database to the present schema',
  'topics-apply': 'create the topics, report drift',
  'schemas-generate': 'generate types from schemas/',
  'schemas-register': 'register the schemas',
  'schemas-check': 'check the schemas against the registry',
  bench: 'measure the throughput with limits off',
  'bench-auth': 'measure how long a warm token takes',
  'bench-poller': 'measure reading against the fewest calls and the bare work',
  'bench-replay': 'measure a dry run of a replay',
  'bench-loader': 'measure loading against the bare work, with more loaders and at true limits',
  test: 'run every test',
  'test-long': 'run the long tests; takes --seed N',
};

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
// Words go to stderr: stdout belongs to the program, which may print JSON.
const say = (words) => process.stderr.write(`portage: ${words}\n`);

process.exitCode = await run(process.argv.slice(2)).catch((error) => {
  say(error.message);
  return error.exitCode ?? 1;
});

async function run([command, ...args]) {
  // Called by its own name, as the package's bin, this is the command line itself.
  if (process.argv[1]?.endsWith('portage')) return run(['portage', ...process.argv.slice(2)]);
  if (!(command in commands)) {
    const list = Object.entries(commands).map(([name, what]) => `  ${name.padEnd(17)} ${what}`);
    process.stderr.write(`Usage: node tools/run.mjs <command> [arguments]\n\n${list.join('\n')}\n`);
    return 2;
  }
  const node = await prepare();
  if (command === 'test' || command === 'test-long')
    return runTests(root, node, { long: command === 'test-long', args });
  return launch(root, node, ['--enable-source-maps', join(root, 'dist', 'tools', `${command}.js`), ...args]);
}

/** Makes `dist` and `node_modules` current where there are sources (an image has none), and answers the Node to use. */
async function prepare() {
  if (Number(process.versions.node.split('.')[0]) < 20)
    throw failure(`Node.js 20 or newer is needed; this is ${process.version}.`);
  const hasSources = existsSync(join(root, 'nest-cli.json')) && process.env.PORTAGE_PREBUILT !== '1';
  if (hasSources) await installWhenNeeded(root, say).catch((error) => Promise.reject(failure(error.message)));
  const pinned = join(root, 'node_modules', 'node', 'bin', 'node');
  const node = existsSync(pinned) ? pinned : process.execPath;
  if (hasSources) await buildWhenNeeded(root, node, say);
  return node;
}

function failure(message) {
  return Object.assign(new Error(message), { exitCode: 3 });
}
