import {
  type ActiveFault,
  adminRoutes,
  type EndpointCount,
  type FaultRule,
  type LoggedRequest,
  SimServer,
} from '../http/index.js';
import { klaviyoAdminRoutes } from './admin/routes.js';
import { KlaviyoControl } from './control.js';
import { endpoints } from './endpoints/index.js';
import { Gate } from './gate/gate.js';
import { errorAnswer, errorObject, throttledAnswer } from './jsonapi/errors.js';
import { oauthRoutes } from './oauth/routes.js';
import { type KlaviyoOptions } from './options.js';

/** Starts a stand-in for the vendor's API; with a state file it goes on from where the last one was. */
export async function startKlaviyo(options: KlaviyoOptions): Promise<KlaviyoSimulator> {
  const simulator = new KlaviyoSimulator(options);
  await simulator.start();
  return simulator;
}

export class KlaviyoSimulator extends KlaviyoControl {
  /** Such as `http://127.0.0.1:4012`. */
  url = '';
  private readonly server: SimServer;

  constructor(private readonly options: KlaviyoOptions) {
    super(options);
    const { world } = this;
    const gate = new Gate(world, this.credentials, this.limits);
    this.server = new SimServer({
      clock: world.clock,
      seed: options.seed ?? 1,
      routes: [
        ...endpoints.map((endpoint) => gate.route(endpoint)),
        ...oauthRoutes(world, this.credentials),
        ...adminRoutes(() => this.server),
        ...klaviyoAdminRoutes(this),
      ],
      notFound: (request) => {
        world.violate({
          at: request.at,
          request: request.id,
          endpoint: `${request.method} ${request.path.replace(/[0-9A-Z]{26}/, '{id}')}`,
          problem: 'no such path or method',
        });
        return errorAnswer([errorObject(404, 'not_found', 'The path could not be found.', { pointer: '/' })]);
      },
      throttled: (seconds) => throttledAnswer(seconds),
      beforeEach: () => world.tick(),
      afterEach: () => world.tick(),
    });
  }

  async start(): Promise<void> {
    await this.restore();
    this.world.timeline.start();
    this.url = await this.server.listen(this.options.port ?? 0, this.options.host ?? '127.0.0.1');
  }

  async stop(): Promise<void> {
    await this.server.stop();
    this.world.timeline.stop();
    this.world.journal.close();
  }

  counts(): Record<string, EndpointCount> {
    return this.server.log.counts();
  }

  requests(): LoggedRequest[] {
    return this.server.log.recent();
  }

  fault(rule: FaultRule): ActiveFault {
    return this.server.faults.add(rule);
  }

  clearFaults(): void {
    this.server.faults.clear();
  }

  override reset(): void {
    super.reset();
    this.server.faults.clear();
    this.server.log.clear();
  }
}
