import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, openSync, closeSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { acquireLock } from '../run/lock.mjs';
import { stackError } from './stack.error.js';
import { versions } from './versions.js';

/** Where the unpacked servers lie. */
export interface Downloads {
  /** A folder of jars that is a whole broker. */
  readonly kafkaJars: string;
  readonly registryJar: string;
}

export interface DownloadOptions {
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
  readonly say: (words: string) => void;
}

/**
 * Kafka and the registry, from Maven once per version. Concurrent runs wait for one another.
 *
 * @throws PortageError `stack.download_failed`
 */
export async function ensureDownloads({ folder, env, say }: DownloadOptions): Promise<Downloads> {
  const target = folderOf(folder);
  if (!existsSync(target)) {
    const release = await acquireLock(join(folder, 'download.lock'), {
      onWait: () => say('waiting for another download of the servers'),
    });
    try {
      if (!existsSync(target)) {
        say(`downloading Kafka ${versions.kafka} and Apicurio Registry ${versions.registry} (Maven, once)`);
        download(folder, target, env);
      }
    } finally {
      release();
    }
  }
  return {
    kafkaJars: join(target, 'kafka'),
    registryJar: join(target, 'registry', `apicurio-registry-app-${versions.registry}-runner.jar`),
  };
}

export function areDownloaded(folder: string): boolean {
  return existsSync(folderOf(folder));
}

export function hasMaven(env: NodeJS.ProcessEnv): boolean {
  return spawnSync('mvn', ['-v'], { stdio: 'ignore', env }).status === 0;
}

function folderOf(folder: string): string {
  return join(folder, `kafka-${versions.kafka}-registry-${versions.registry}`);
}

/** The folder gets its name only when it is complete, so a killed download leaves nothing that looks done. */
function download(folder: string, target: string, env: NodeJS.ProcessEnv): void {
  const partial = `${target}.partial`;
  const log = join(folder, 'maven.log');
  rmSync(partial, { recursive: true, force: true });
  mkdirSync(partial, { recursive: true });
  copyFileSync(join(import.meta.dirname, 'pom.xml'), join(partial, 'pom.xml'));
  const output = openSync(log, 'w');
  const properties = [
    `-Dkafka.version=${versions.kafka}`,
    `-Dregistry.version=${versions.registry}`,
    `-Dout=${partial}`,
  ];
  const { status, signal } = spawnSync('mvn', ['-B', '-f', join(partial, 'pom.xml'), ...properties, 'initialize'], {
    stdio: ['ignore', output, output],
    env,
  });
  closeSync(output);
  if (status !== 0) {
    const how = signal ? `was stopped by ${signal}` : 'failed';
    throw stackError(
      'stack.download_failed',
      `The download of Kafka and the schema registry by Maven ${how}; ${log} says why.`,
    );
  }
  renameSync(partial, target);
}
