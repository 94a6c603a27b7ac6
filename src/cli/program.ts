import { Argument, Command, CommanderError, Help } from 'commander';
import { NnfmtError } from '../errors.js';
import { chooseTask, refuseOtherTasks } from './choose-task.js';
import { commandTable } from './command-table.js';
import { commandOptions, taskOptions } from './commander-options.js';
import { EXIT_FAILED, EXIT_FINE, type CliContext } from './context.js';
import { lostFolder } from './lost-folder.js';
import type { TaskRow } from './task-row.js';
import { VERSION } from '../shared/version.js';

/**
 * Runs one command line and returns the exit code. Prints whatever goes wrong; throws
 * nothing.
 */
export async function runCli(args: readonly string[], context: CliContext): Promise<number> {
  let exitCode = EXIT_FINE;
  const program = createProgram(rowsNamedBy(args), context, (code) => (exitCode = code));
  try {
    const [asked, form] = args;
    if ((asked === '--version' || asked === '-V') && (args.length === 1 || (args.length === 2 && form === '--json'))) {
      const { versionJson, versionText } = await import('./version-text.js');
      context.stdout.write(`${args.length === 1 ? versionText() : versionJson()}\n`);
      return exitCode;
    }
    const wantsHelp = args.includes('--help') || args.includes('-h') || args[0] === 'help';
    if (wantsHelp) await addExamples(program, rowsNamedBy(args));
    await program.parseAsync(args, { from: 'user' });
    return exitCode;
  } catch (fault) {
    if (fault instanceof CommanderError) return fault.exitCode === 0 ? EXIT_FINE : EXIT_FAILED;
    context.stderr.write(`error: ${explainFault(fault)}\n`);
    return EXIT_FAILED;
  }
}

function explainFault(fault: unknown): string {
  if (fault instanceof NnfmtError) return fault.message;
  const lost = lostFolder(fault);
  if (lost !== null) return lost;
  const detail = fault instanceof Error ? (fault.stack ?? fault.message) : String(fault);
  return `unexpected failure. This is a bug in nnfmt: please report it.\n${detail}`;
}

/** The rows of the command that stands first; all, where none does, for help and for suggestions. */
function rowsNamedBy([name]: readonly string[]): readonly TaskRow[] {
  const named = commandTable.filter(({ command }) => command === name);
  return named.length > 0 ? named : commandTable;
}

function createProgram(
  rows: readonly TaskRow[],
  context: CliContext,
  setExitCode: (code: number) => void,
): Command {
  const program = new Command('nnfmt')
    .description('A Python formatter that learns layout from code.')
    .version(VERSION, '-V, --version')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void context.stdout.write(text),
      writeErr: (text) => void context.stderr.write(text),
    })
    .showSuggestionAfterError();

  for (const [first, tasks] of byCommand(rows)) {
    const command = program.command(first.command).description(first.description);
    // A task that a flag asks for may need none.
    const mayLack = tasks.some(({ flags, arguments: own }) => flags.startsWith('--') && own.length === 0);
    for (const [name, description] of first.arguments) {
      command.argument(mayLack ? name.replace(/^<(.*)>$/u, '[$1]') : name, description);
    }
    for (const option of commandOptions(tasks)) command.addOption(option);
    if (tasks.length > 1) command.configureHelp(helpOnTask(tasks));
    command.action(async () => {
      // What only a `--no-NAME` changes is always there: whether it was said is what counts.
      const isSaid = ([name]: [string, unknown]): boolean => command.getOptionValueSource(name) !== 'default';
      const line = { args: command.args, raw: Object.fromEntries(Object.entries(command.opts()).filter(isSaid)) };
      const { config } = line.raw;
      const given = typeof config === 'string'
        ? (await import('./with-experiment.js')).withExperiment(config, tasks, line)
        : line;
      const task = chooseTask(tasks, given.raw, given.args);
      refuseOtherTasks(task, tasks, given.raw);
      const missing = task.arguments.slice(given.args.length).find(([name]) => name.startsWith('<'));
      if (missing !== undefined) {
        command.error(`error: missing required argument '${missing[0].slice(1, -1)}'`, { exitCode: EXIT_FAILED });
      }
      // A word that says which task is no argument of it.
      const isWord = task.flags !== '' && !task.flags.startsWith('--');
      setExitCode(await task.run(isWord ? { ...given, args: given.args.slice(1) } : given, context));
    });
  }
  return program;
}

/** Ends the help of each command with examples of the task that the flags beside `--help` ask for. */
async function addExamples(program: Command, rows: readonly TaskRow[]): Promise<void> {
  const { examplesText } = await import('./command-examples.js');
  for (const command of program.commands) {
    const tasks = rows.filter((row) => row.command === command.name());
    if (tasks.length === 0) continue;
    command.addHelpText('after', () => examplesText(chooseTask(tasks, command.opts(), command.args).task));
  }
}

/** The rows of each command, behind its first one. */
function byCommand(table: readonly TaskRow[]): ReadonlyMap<TaskRow, readonly TaskRow[]> {
  return new Map(table.filter(({ flags }) => flags === '').map((first) => [
    first, table.filter(({ command }) => command === first.command),
  ]));
}

/** Help of a command with several tasks: on the one that the flags beside `--help` ask for. */
function helpOnTask(tasks: readonly TaskRow[]): Partial<Help> {
  const asked = (command: Command): TaskRow => chooseTask(tasks, command.opts(), command.args);
  return {
    commandUsage: (command) => {
      const { task, arguments: words } = asked(command);
      return ['nnfmt', task, '[options]', ...words.map(([name]) => name)].join(' ');
    },
    commandDescription: (command) => asked(command).description,
    visibleArguments: (command) => asked(command).arguments.map(([name, words]) => new Argument(name, words)),
    visibleOptions: (command) => [
      ...taskOptions(asked(command)),
      ...new Help().visibleOptions(command).filter((option) => !command.options.includes(option)),
    ],
  };
}
