import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { environmentSchema } from '@portage/platform';
import { versions } from '../tools/stack/versions.js';

interface ComposeService {
  readonly image?: string;
  readonly build?: unknown;
  readonly environment?: Readonly<Record<string, unknown>>;
  readonly ports?: readonly string[];
}

const root = join(import.meta.dirname, '..');
const read = (name: string): string => readFileSync(join(root, name), 'utf8');
const compose = read('docker-compose.yml');
const { services } = parse(compose, { merge: true }) as { services: Readonly<Record<string, ComposeService>> };
const known = new Set(Object.keys(environmentSchema.shape));
/** What docker-compose.yml itself takes: images, published ports and the password of its own PostgreSQL. */
const ofCompose = [
  'PORTAGE_IMAGE',
  'KAFKA_IMAGE',
  'POSTGRES_IMAGE',
  'REGISTRY_IMAGE',
  'KAFKA_PORT',
  'POSTGRES_PORT',
  'REGISTRY_PORT',
  'POSTGRES_PASSWORD',
];

describe('docker-compose.yml', () => {
  it.each([
    ['kafka', `\${KAFKA_IMAGE:-apache/kafka:${versions.kafka}}`],
    ['registry', `\${REGISTRY_IMAGE:-apicurio/apicurio-registry:${versions.registry}}`],
    ['postgres', `\${POSTGRES_IMAGE:-postgres:${versions.postgres}}`],
  ])('runs %s in the version of the local stack', (name, image) => {
    expect(services[name]?.image).toBe(image);
  });

  it('sets no variable that the configuration does not know', () => {
    const ours = Object.values(services).filter((service) => service.build !== undefined);
    expect(ours).toHaveLength(8);
    const names = new Set(ours.flatMap(({ environment }) => Object.keys(environment ?? {})));
    const ofNode = 'NODE_OPTIONS';
    expect([...names].filter((name) => !known.has(name) && name !== ofNode)).toEqual([]);
    expect(names.size).toBeGreaterThan(30);
  });

  it('reads no variable that neither the configuration nor its own list knows', () => {
    const read = new Set([...compose.matchAll(/\$\{([A-Z_]+)/g)].map(([, name]) => name ?? ''));
    expect([...read].filter((name) => !known.has(name) && !ofCompose.includes(name))).toEqual([]);
    expect(ofCompose.filter((name) => !read.has(name))).toEqual([]);
  });

  it('publishes ports on the loopback address only', () => {
    const ports = Object.values(services).flatMap((service) => service.ports ?? []);
    expect(ports.filter((port) => !port.startsWith('127.0.0.1:'))).toEqual([]);
  });
});

describe.each(['.env.example', 'deploy/demo.env'])('%s', (name) => {
  const entries = [...read(name).matchAll(/^(?:# )?([A-Z][A-Z_]+)=(.*)$/gm)].map(
    ([, key = '', value = '']) => [key, value] as const,
  );

  it('names no variable that the configuration does not know', () => {
    expect(entries.map(([key]) => key).filter((key) => !known.has(key))).toEqual([]);
  });

  it('is a configuration that is accepted', () => {
    const values = Object.fromEntries(entries.filter(([, value]) => value !== ''));
    expect(environmentSchema.safeParse(values).error?.issues ?? []).toEqual([]);
  });
});

it('.env.example names every variable', () => {
  const named = new Set([...read('.env.example').matchAll(/^(?:# )?([A-Z][A-Z_]+)=/gm)].map(([, key]) => key));
  expect([...known].filter((name) => !named.has(name))).toEqual([]);
});
