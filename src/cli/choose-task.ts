import { BadOptionError } from '../errors.js';
import { flagOf, optionTables } from '../options/index.js';
import type { TaskRow } from './task-row.js';

type RawOptions = Readonly<Record<string, unknown>>;

/** The task of a command that its flags, or its first word, ask for; what is not refused is heeded by it. */
export function chooseTask(tasks: readonly TaskRow[], raw: RawOptions, [word]: readonly string[] = []): TaskRow {
  // The later rows are the more special ones.
  return tasks.findLast(({ flags }) => isAsked(flags, word, raw)) ?? tasks[0];
}

/** Whether `--base`, `--task complete`, `fetch` or `prepare --jsonl` is given; nothing always is. */
function isAsked(flags: string, word: string | undefined, raw: RawOptions): boolean {
  if (flags === '') return true;
  const [first, ...rest] = flags.split(' ');
  if (!first.startsWith('--')) return first === word && isAsked(rest.join(' '), word, raw);
  const [value = true] = rest;
  return raw[first.slice(2)] === value;
}

/**
 * Refuses what another task of the command would heed and the chosen one would ignore.
 *
 * @throws BadOptionError with the flags that the option needs, where it needs some
 */
export function refuseOtherTasks(chosen: TaskRow, tasks: readonly TaskRow[], raw: RawOptions): void {
  for (const [name, value] of Object.entries(raw)) {
    if (value === undefined || Object.hasOwn(optionTables[chosen.task], name)) continue;
    const heeding = tasks.filter(({ task }) => Object.hasOwn(optionTables[task], name));
    const option = value === false ? flagOf(name).replace('--', '--no-') : flagOf(name);
    throw new BadOptionError({ option, reason: whyIgnored(chosen, heeding) });
  }
}

/** @param heeding the tasks that would do something with the option */
function whyIgnored({ flags, othersSpeakOf }: TaskRow, heeding: readonly TaskRow[]): string {
  const needed = heeding.some((task) => task.flags === '') ? '' : heeding.map((task) => task.flags).join(' or ');
  if (flags === '') return `speaks of ${othersSpeakOf}, which needs ${needed}`;
  return `is of no use with ${flags}${needed === '' ? '' : `; it needs ${needed}`}`;
}
