import { serveEditor } from '../lsp/index.js';
import type { OptionsFor } from '../options/index.js';
import type { CliContext } from './context.js';
import { VERSION } from '../shared/version.js';

/** `nnfmt lsp`: serves one editor until it says goodbye or is gone, which ends the process. */
export async function runLsp(options: OptionsFor<'lsp'>, { stderr }: CliContext): Promise<number> {
  const { stdio: _stdio, ...settings } = options;
  if (process.stdin.isTTY) stderr.write('nnfmt lsp waits for an editor to speak to it; Ctrl-C ends it.\n');
  // Nobody reads what is left to say: the protocol's code of an editor that goes without a goodbye.
  process.stdout.on('error', () => process.exit(1));
  // One answer less; the editor is served on.
  process.on('unhandledRejection', (fault) => {
    stderr.write(`unexpected failure: ${fault instanceof Error ? fault.stack : String(fault)}\n`);
  });
  serveEditor({ input: process.stdin, output: process.stdout, settings, folder: process.cwd(), version: VERSION });
  return new Promise(() => undefined);
}
