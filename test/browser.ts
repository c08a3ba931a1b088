import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const debianChromium = '/usr/bin/chromium';
const flags = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Where a real browser is: Debian's chromium, installed here when it is missing and that is allowed; else why there is none. */
export function findBrowser(): { readonly path: string } | { readonly missing: string } {
  if (existsSync(debianChromium)) return { path: debianChromium };
  if (process.getuid?.() !== 0) return { missing: 'chromium is not installed, and only root may install it' };
  const install = 'apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium';
  const { status, error } = spawnSync('sh', ['-c', install], { stdio: 'ignore', timeout: 300_000 });
  if (existsSync(debianChromium)) return { path: debianChromium };
  return { missing: `chromium could not be installed (apt-get: ${error?.message ?? `exit ${status}`})` };
}

export function openBrowser(path: string): Promise<Browser> {
  return chromium.launch({ executablePath: path, args: flags });
}
