import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const installed = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Chromium as the system has it, or at CHROMIUM_PATH: a browser downloaded at every install would be 150 MB for one suite. */
export function launchChromium(): Promise<Browser> {
  const executablePath = process.env.CHROMIUM_PATH ?? installed.find((path) => existsSync(path));
  if (!executablePath)
    throw new Error(
      'There is no Chromium. Install it (apt-get install chromium), or say where it is in CHROMIUM_PATH.',
    );
  return chromium.launch({
    executablePath,
    // Without a sandbox it runs as root, too; the others keep it from calling its maker.
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update'],
  });
}
