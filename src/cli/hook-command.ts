import { BadOptionError } from '../errors.js';
import { flagOf, type OptionsFor } from '../options/index.js';
import { nearestName } from '../shared/nearest-name.js';
import { EXIT_FINE, type CliContext } from './context.js';
import { HOOK, rootOf } from './hook/hook-place.js';
import { installHook, uninstallHook } from './hook/install-hook.js';
import { runHook } from './hook/run-hook.js';

const ACTIONS = ['install', 'uninstall', 'run'] as const;

/** `nnfmt hook install|uninstall|run`, in the repository that the current folder is in: the exit code of the run. */
export async function runHookCommand(
  action: string,
  options: OptionsFor<'hook'>,
  context: CliContext,
): Promise<number> {
  const tell = (lines: readonly string[]): number => {
    if (!options.quiet) for (const line of lines) context.stderr.write(`${line}\n`);
    return EXIT_FINE;
  };
  switch (action) {
    case 'install':
      return tell(installHook(rootOf('.'), flagsOf(options)));
    case 'uninstall':
      for (const flag of flagsOf({ ...options, quiet: false })) {
        throw new BadOptionError({ option: flag, reason: 'is of no use with uninstall' });
      }
      return tell(uninstallHook(rootOf('.')));
    case 'run':
      return runHook(rootOf('.'), options, context);
    default: {
      const nearest = nearestName(action, ACTIONS);
      throw new BadOptionError({
        option: HOOK, reason: `takes ${ACTIONS.join(', ')}, not ${JSON.stringify(action)}`,
        ...(nearest === undefined ? {} : { suggestion: nearest }),
      });
    }
  }
}

/** The flags that were given, for the hook to give them again. */
const flagsOf = (options: OptionsFor<'hook'>): string[] =>
  (['check', 'changed', 'quiet'] as const).filter((name) => options[name]).map(flagOf);
