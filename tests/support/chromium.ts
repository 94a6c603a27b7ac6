import { execFileSync } from 'node:child_process';
import { chromium, type Browser } from 'playwright-core';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** The browser of the system, or the one that NNFMT_CHROMIUM names; null where there is none. */
function findChromium(): string | null {
  if (process.env['NNFMT_CHROMIUM'] !== undefined) return process.env['NNFMT_CHROMIUM'];
  for (const name of NAMES) {
    try {
      return execFileSync('which', [name], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
    } catch {
      // The next one.
    }
  }
  return null;
}

export const CHROMIUM = findChromium();
if (CHROMIUM === null) console.warn('Chromium (chromium) is missing: the tests in a browser are skipped');

/** A browser without a window; whoever starts it closes it. */
export function startChromium(): Promise<Browser> {
  // In a container there is no sandbox and little shared memory.
  return chromium.launch({ executablePath: CHROMIUM!, args: ['--no-sandbox', '--disable-dev-shm-usage'] });
}
