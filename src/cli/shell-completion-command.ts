import { BadOptionError } from '../errors.js';
import { nearestName } from '../shared/nearest-name.js';
import { commandTable } from './command-table.js';
import { EXIT_FINE, type CliContext } from './context.js';
import { completionScript, SHELLS } from './shell-completion.js';

/** `nnfmt completion SHELL`: prints the script that the shell completes by. */
export function runShellCompletion(name: string, { stdout }: Pick<CliContext, 'stdout'>): number {
  const shell = SHELLS.find((known) => known === name);
  if (shell === undefined) {
    const nearest = nearestName(name, SHELLS);
    throw new BadOptionError({
      option: 'completion', reason: `takes ${SHELLS.join(', ')}, not ${JSON.stringify(name)}`,
      ...(nearest === undefined ? {} : { suggestion: nearest }),
    });
  }
  stdout.write(completionScript(shell, commandTable));
  return EXIT_FINE;
}
