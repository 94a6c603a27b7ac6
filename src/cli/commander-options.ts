import { Option } from 'commander';
import { flagOf, optionTables, type OptionRow, type OptionTable } from '../options/index.js';
import type { TaskRow } from './task-row.js';

/** The flags of one task, as commander reads and shows them. */
export function taskOptions({ task }: TaskRow): Option[] {
  const table: OptionTable = optionTables[task];
  return Object.entries(table).flatMap(([name, row]) => toCommanderOptions(name, row));
}

/** The flags that a command reads: those of all its tasks, each once. */
export function commandOptions(tasks: readonly TaskRow[]): Option[] {
  const options = new Map<string, Option>();
  for (const option of tasks.flatMap(taskOptions)) if (!options.has(option.long!)) options.set(option.long!, option);
  return [...options.values()];
}

/** A row's flag, and the one that says no. */
function toCommanderOptions(name: string, row: OptionRow): Option[] {
  const option = toCommanderOption(name, row);
  if ((row.type !== 'string' && row.type !== 'boolean') || row.negatable !== true) return [option];
  const says =
    row.type === 'string' ? 'Use none, not even one that would be found.' : 'Not even where pyproject.toml says so.';
  return [option, new Option(flagOf(name).replace('--', '--no-'), says)];
}

function toCommanderOption(name: string, row: OptionRow): Option {
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
