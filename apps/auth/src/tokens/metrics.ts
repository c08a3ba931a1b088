import { Counter, Histogram } from 'prom-client';
import { metricsRegistry } from '@portage/platform';
import { type Provider } from '../credentials/credential.js';

const exchanges = new Counter({
  name: 'portage_auth_exchanges_total',
  help: 'Token exchanges at a vendor by provider, grant and outcome: ok, or the code of the error.',
  labelNames: ['provider', 'grant', 'outcome'],
  registers: [metricsRegistry],
});

const exchangeSeconds = new Histogram({
  name: 'portage_auth_exchange_seconds',
  help: 'Time that a token exchange took at a vendor, for a consent with the wait for its turn.',
  labelNames: ['provider', 'grant'],
  buckets: [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
  registers: [metricsRegistry],
});

export const tokensHandedOut = new Counter({
  name: 'portage_auth_tokens_total',
  help: 'Answers to services that asked for a token, by provider and outcome: fresh, renewed, aging, or the code of the error.',
  labelNames: ['provider', 'outcome'],
  registers: [metricsRegistry],
});

export const exchangeMetrics = {
  /** Call the answer with `ok` or the code of the error, once the exchange has ended. */
  start(provider: Provider, grant: 'code' | 'refresh'): (outcome: string) => void {
    const stop = exchangeSeconds.startTimer({ provider, grant });
    return (outcome) => {
      stop();
      exchanges.inc({ provider, grant, outcome });
    };
  },
};
