import { startServers } from './servers/start.mjs';

/**
 * One set of servers for all tests of a run, named to the workers by environment. Several Jest projects ask for it;
 * the first one starts it.
 */
export default async function setup() {
  globalThis.portageServers ??= await startServers(process.env);
  Object.assign(process.env, globalThis.portageServers.env);
}
