import { Command, CommanderError, Option } from 'commander';
import { BadOptionError, NnfmtError } from '../errors.js';
import { flagOf, optionRows, resolveOptions, type CommandName, type OptionName, type OptionRow } from '../options.js';
import { EXIT_FAILED, EXIT_FINE, type CliContext } from './context.js';
import { lostFolder } from './lost-folder.js';
import { resolveWithProject } from './project-options.js';
import { VERSION } from './version.js';

/**
 * Runs one command line and returns the exit code. Prints whatever goes wrong; throws
 * nothing.
 */
export async function runCli(args: readonly string[], context: CliContext): Promise<number> {
  let exitCode = EXIT_FINE;
  const program = createProgram(context, (code) => (exitCode = code));
  try {
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

function createProgram(context: CliContext, setExitCode: (code: number) => void): Command {
  const program = new Command('nnfmt')
    .description('A Python formatter that learns layout from code.')
    .version(VERSION, '-V, --version')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void context.stdout.write(text),
      writeErr: (text) => void context.stderr.write(text),
    })
    .showSuggestionAfterError();

  // Each command loads its own code: formatting must not pay for training.
  addOptions(
    program
      .command('format')
      .description('format files in place; "-" reads stdin and writes stdout')
      .argument('[PATHS...]', 'files and folders (default: the current folder)'),
    'format',
  ).action(async (paths: string[], raw: Record<string, unknown>) => {
    const { runFormat } = await import('./format-command.js');
    const project = resolveWithProject('format', raw, paths);
    setExitCode(await runFormat(paths, project, context));
  });

  addOptions(
    program
      .command('check')
      .description('print each gap that deviates; writes nothing, exits with 1 when there is one; "-" reads stdin')
      .argument('[PATHS...]', 'files and folders (default: the current folder)'),
    'check',
  ).action(async (paths: string[], raw: Record<string, unknown>) => {
    const { runCheck } = await import('./check-command.js');
    const project = resolveWithProject('check', raw, paths);
    setExitCode(await runCheck(paths, project, context));
  });

  addOptions(
    program
      .command('explain')
      .description('say why gaps would change, or what is thought of each gap of a line; writes no source')
      .argument('<FILE[:LINE]>', 'Python source, and a line or START-END of it'),
    'explain',
  ).action(async (place: string, raw: Record<string, unknown>) => {
    const { readPlace, runExplain } = await import('./explain-command.js');
    const { options } = resolveWithProject('explain', raw, [readPlace(place).path]);
    setExitCode(await runExplain(place, options, context));
  });

  addOptions(
    program
      .command('mutate')
      .description('print mutants of a file: spoilt layout, same program')
      .argument('<FILE>', 'Python source'),
    'mutate',
  ).action(async (path: string, raw: Record<string, unknown>) => {
    const { runMutate } = await import('./mutate-command.js');
    setExitCode(await runMutate(path, resolveOptions('mutate', raw), context));
  });

  addOptions(
    program
      .command('score')
      .description('compare two layouts of one program, or one with the style of its project; exits with 1 when they differ')
      .argument('<A>', 'Python source')
      .argument('[B]', 'the same program in another layout (default: as format would lay it out, with the nearest profile)'),
    'score',
  ).action(async (left: string, right: string | undefined, raw: Record<string, unknown>) => {
    const { runScore, scoreAgainstStyle } = await import('./score-command.js');
    if (right === undefined) {
      const { options } = resolveWithProject('score', raw, [left]);
      setExitCode(await scoreAgainstStyle(left, options, context));
      return;
    }
    refuseBesidesTwoFiles(raw);
    setExitCode(await runScore(left, right, resolveOptions('score', raw), context));
  });

  addOptions(
    program
      .command('train')
      .description("learn a project's layout and pin it in .nnfmt/profile; with --base or --task complete, train a model on corpora")
      .argument('[PATHS...]', 'files and folders of one project (default: the current folder)'),
    'train',
  ).action(async (paths: string[], raw: Record<string, unknown>) => {
    if (raw['task'] === 'complete') {
      const { runTrainCompletion } = await import('./train-completion-command.js');
      setExitCode(await runTrainCompletion(paths, resolveOptions('train', raw), context));
      return;
    }
    if (raw['base'] === true) {
      const { runTrain } = await import('./train-command.js');
      setExitCode(await runTrain(paths, resolveOptions('train', raw), context));
      return;
    }
    refuseWithoutBase(raw);
    const { runLearn } = await import('./learn-command.js');
    const project = resolveWithProject('train', raw, paths);
    setExitCode(await runLearn(paths, project, context));
  });

  addOptions(
    program
      .command('eval')
      .description('measure on projects, one a path: restoring spoilt layout, or (--task complete) finishing cut lines')
      .argument('[PATHS...]', 'project folders (default: the current folder)'),
    'eval',
  ).action(async (paths: string[], raw: Record<string, unknown>) => {
    const { runEval } = await import('./eval-command.js');
    setExitCode(await runEval(paths, resolveOptions('eval', raw), context));
  });

  addOptions(
    program
      .command('complete')
      .description('suggest how the line at the cursor goes on; without FILE, the source is on stdin')
      .argument('[FILE:LINE[:COLUMN]]', 'Python source and the cursor in it (without a column: the end of the line)'),
    'complete',
  ).action(async (place: string | undefined, raw: Record<string, unknown>) => {
    const { readCursor, runComplete } = await import('./complete-command.js');
    const { options } = resolveWithProject('complete', raw, place === undefined ? [] : [readCursor(place).path]);
    setExitCode(await runComplete(place, options, context));
  });

  addOptions(
    program
      .command('generate')
      .description('generate code from the completion network alone, piece by piece or character by character'),
    'generate',
  ).action(async (raw: Record<string, unknown>) => {
    const { runGenerate } = await import('./generate-command.js');
    setExitCode(runGenerate(resolveOptions('generate', raw), context));
  });

  return program;
}

/** Who says how to train a network does not mean a profile. */
function refuseWithoutBase(raw: Readonly<Record<string, unknown>>): void {
  for (const [name, row] of optionRows('train')) {
    if (row.category !== 'training' || raw[name] === undefined) continue;
    throw new BadOptionError({ option: flagOf(name), reason: 'speaks of training a model on corpora, which needs --base or --task complete' });
  }
}

/** Two given layouts are compared without any model. */
function refuseBesidesTwoFiles(raw: Readonly<Record<string, unknown>>): void {
  for (const [name, row] of optionRows('score')) {
    if (row.category !== 'model' || raw[name] === undefined) continue;
    throw new BadOptionError({ option: flagOf(name), reason: 'speaks of a style to compare with, and two layouts are given' });
  }
}

function addOptions(command: Command, name: CommandName): Command {
  for (const [option, row] of optionRows(name)) {
    command.addOption(toCommanderOption(option, row));
    if (row.type === 'string' && row.negatable === true) {
      command.addOption(new Option(flagOf(option).replace('--', '--no-'), 'Use none, not even one that would be found.'));
    } else if (row.type === 'boolean' && row.negatable === true) {
      command.addOption(new Option(flagOf(option).replace('--', '--no-'), 'Not even where pyproject.toml says so.'));
    }
  }
  return command;
}

function toCommanderOption(name: OptionName, row: OptionRow): Option {
  const short = row.short === undefined ? '' : `-${row.short}, `;
  if (row.type === 'boolean') {
    const flag = row.default ? flagOf(name).replace('--', '--no-') : flagOf(name);
    return new Option(`${short}${flag}`, row.description);
  }
  const notes = [
    row.unit === undefined ? '' : `in ${row.unit}`,
    row.type === 'choice' ? row.choices.join(', ') : '',
    row.default === null || String(row.default) === '' ? '' : `default: ${String(row.default)}`,
  ].filter((note) => note !== '');
  const description = notes.length === 0 ? row.description : `${row.description} (${notes.join('; ')})`;
  const value = row.type === 'string' && row.bare !== undefined ? `[${placeholder(row)}]` : `<${placeholder(row)}>`;
  return new Option(`${short}${flagOf(name)} ${value}`, description);
}

function placeholder(row: OptionRow): string {
  if (row.placeholder !== undefined) return row.placeholder;
  switch (row.type) {
    case 'integer':
      return 'N';
    case 'number':
      return 'R';
    case 'numbers':
      return 'R,R';
    case 'strings':
      return 'pattern,…';
    default:
      return 'value';
  }
}
