import { existsSync } from 'node:fs';
import { chromium, type Browser } from 'playwright-core';

const PATH = '/usr/bin/chromium';

/** Debian's chromium, which asks nobody anything; undefined where it is not installed. */
export async function startChromium(): Promise<Browser | undefined> {
  if (!existsSync(PATH)) return undefined;
  return chromium.launch({
    executablePath: PATH,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}
