import { optionTables, resolveOptions, type OptionsFor, type TaskName } from '../options/index.js';
import type { CliContext } from './context.js';
import { resolveWithProject, type ProjectOptions } from './project-options.js';

/** How help calls an argument, `<NEEDED>`, `[OPTIONAL]` or `[MANY...]`, and what it stands for. */
export type ArgumentWords = readonly [name: string, description: string];

/** What a row is called with. */
export interface Call<T extends TaskName> {
  /** What stands on the command line beside options. An optional argument can be missing. */
  readonly args: readonly string[];
  /** @throws BadOptionError for an option that cannot be */
  readonly options: () => OptionsFor<T>;
  /** Options with the settings of the project that some paths lie in. @throws BadOptionError */
  readonly inProject: (paths: readonly string[]) => ProjectOptions<T>;
  readonly context: CliContext;
}

/** What the command line gives: arguments, and options as text. */
export interface Given {
  readonly args: readonly string[];
  readonly raw: Readonly<Record<string, unknown>>;
}

/** One task of a command, without the types of its options. */
export interface TaskRow {
  readonly task: TaskName;
  /** The first word of the task. */
  readonly command: string;
  /** The flags that ask for the task; empty for what a command does without any. */
  readonly flags: string;
  readonly description: string;
  readonly arguments: readonly ArgumentWords[];
  /** What the options of the command's other tasks speak of, for messages. */
  readonly othersSpeakOf?: string;
  /** Gives the exit code. */
  readonly run: (given: Given, context: CliContext) => Promise<number>;
}

interface RowWords<T extends TaskName> extends Pick<TaskRow, 'description' | 'arguments' | 'othersSpeakOf'> {
  /** Loads the code of the task, and runs it. */
  readonly run: (call: Call<T>) => Promise<number>;
}

/** A row of the command table, which resolves its options by the table of the same name. */
export function taskRow<T extends TaskName>(task: T, { run, ...words }: RowWords<T>): TaskRow {
  const [command] = task.split(' ', 1);
  return {
    ...words, task, command,
    flags: task.slice(command.length + 1),
    run: ({ args, raw }, context) => run({
      args, context,
      options: () => resolveOptions(optionTables[task], raw),
      inProject: (paths) => resolveWithProject(task, raw, paths),
    }),
  };
}
