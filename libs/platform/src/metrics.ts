import { createServer, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { collectDefaultMetrics, Registry } from 'prom-client';

/** One registry per process: metrics are declared in each part's `metrics.ts` and registered here. */
export const metricsRegistry = new Registry();

/** Serves `GET /metrics` in Prometheus' text format on its own port (0 = a free one), apart from the authenticated API. */
export async function serveMetrics(port: number, host: string): Promise<{ port: number; stop: () => Promise<void> }> {
  collectDefaultMetrics({ register: metricsRegistry });
  const server = createServer((request, response) => {
    if (request.method !== 'GET' || request.url !== '/metrics') {
      response.writeHead(404).end();
      return;
    }
    void metricsRegistry.metrics().then(
      (text) => response.writeHead(200, { 'content-type': metricsRegistry.contentType }).end(text),
      () => response.writeHead(500).end(),
    );
  });
  await listen(server, port, host);
  return {
    port: (server.address() as AddressInfo).port,
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => resolve());
  });
}
