import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { startSimulation } from './demo/simulation.js';
import { program } from './program.js';

const usage = `Runs both vendors' stand-ins until Ctrl-C; prints "ready" and how to reach them as JSON.

  --constant-contact-port N  --klaviyo-port N   free ones by default
  --host ADDRESS                                127.0.0.1
  --speed N                                     factor on limits, divisor of delays (10)
  --seed N  --contacts N  --lists N  --campaigns N
  --redirect-uri URI                            of the callback; may be repeated
  --no-limits                                   nothing is throttled, every effect is immediate
  --state DIR                                   keeps the vendors' state there
`;

const options = {
  'constant-contact-port': { type: 'string', default: '0' },
  'klaviyo-port': { type: 'string', default: '0' },
  host: { type: 'string', default: '127.0.0.1' },
  speed: { type: 'string', default: '10' },
  seed: { type: 'string', default: '1' },
  contacts: { type: 'string', default: '10000' },
  lists: { type: 'string', default: '30' },
  campaigns: { type: 'string', default: '40' },
  'redirect-uri': { type: 'string', multiple: true },
  'no-limits': { type: 'boolean', default: false },
  state: { type: 'string' },
  help: { type: 'boolean', default: false },
} as const;

await program(async (signal) => {
  const { values } = parseArgs({ options });
  if (values.help) {
    process.stdout.write(usage);
    return;
  }
  const { stop, ...access } = await startSimulation({
    constantContactPort: Number(values['constant-contact-port']),
    klaviyoPort: Number(values['klaviyo-port']),
    host: values.host,
    speed: Number(values.speed),
    seed: Number(values.seed),
    contacts: Number(values.contacts),
    lists: Number(values.lists),
    campaigns: Number(values.campaigns),
    redirectUris: values['redirect-uri'] ?? ['http://127.0.0.1:3001/oauth/callback/constant-contact'],
    limits: !values['no-limits'],
    state: values.state,
  });
  process.stdout.write(`ready ${JSON.stringify(access)}\n`);
  const alive = setInterval(() => undefined, 60_000);
  if (!signal.aborted) await once(signal, 'abort');
  clearInterval(alive);
  await stop();
});
