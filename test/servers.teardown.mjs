export default async function teardown() {
  const servers = globalThis.portageServers;
  globalThis.portageServers = undefined;
  await servers?.stop();
}
