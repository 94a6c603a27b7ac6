import { flagOf, optionTables, type OptionRow, type OptionTable } from '../options/index.js';
import type { TaskRow } from './task-row.js';

/** What a shell has to know of a flag. */
interface Flag {
  readonly long: string;
  readonly short: string | null;
  readonly description: string;
  /** What its value can be: one of few words, a path, something else; null where it takes none. */
  readonly value: readonly string[] | 'path' | 'other' | null;
  /** The value may be missing, or follow `=` alone. */
  readonly isOptional: boolean;
}

interface Command {
  readonly name: string;
  readonly description: string;
  readonly flags: readonly Flag[];
  /** The words of its argument where those are few; null where it takes paths. */
  readonly words: readonly string[] | null;
}

export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

/** Arguments that are words, not paths. */
const WORDS: Readonly<Record<string, readonly string[]>> = {
  hook: ['install', 'uninstall', 'run'], completion: SHELLS, corpus: ['search', 'list', 'fetch', 'stats'],
};

const HELP: Flag =
  { long: '--help', short: 'h', description: 'show what it can do', value: null, isOptional: false };

/** The script by which a shell completes `nnfmt`: it holds all it needs, so that pressing Tab starts nothing. */
export function completionScript(shell: Shell, table: readonly TaskRow[]): string {
  const commands = commandsOf(table);
  const script = shell === 'bash' ? bash(commands) : shell === 'zsh' ? zsh(commands) : fish(commands);
  return `${script.join('\n')}\n`;
}

function commandsOf(table: readonly TaskRow[]): Command[] {
  return table.filter(({ flags }) => flags === '').map(({ command, description }) => {
    const tasks = table.filter((row) => row.command === command);
    const rows = new Map<string, OptionRow>(
      tasks.flatMap(({ task }) => Object.entries<OptionRow>(optionTables[task] as OptionTable)).reverse(),
    );
    const flags = [...rows].reverse().flatMap(([name, row]) => flagsOf(name, row));
    return { name: command, description, flags: [...flags, HELP], words: WORDS[command] ?? null };
  });
}

function flagsOf(name: string, row: OptionRow): Flag[] {
  const { description, short = null } = row;
  const no = flagOf(name).replace('--', '--no-');
  const isOff = row.type === 'boolean' && row.default;
  const flag: Flag = {
    long: isOff ? no : flagOf(name), short, description, value: valueOf(row),
    isOptional: row.type === 'string' && row.bare !== undefined,
  };
  const isNegatable = (row.type === 'boolean' || row.type === 'string') && row.negatable === true;
  return isNegatable ? [flag, { ...flag, long: no, short: null, value: null, isOptional: false }] : [flag];
}

function valueOf(row: OptionRow): Flag['value'] {
  if (row.type === 'boolean') return null;
  if (row.type === 'choice') return row.choices;
  const isPath = row.isPath === true || row.placeholder === 'path' || row.placeholder === 'folder';
  return isPath ? 'path' : 'other';
}

const spellings = ({ long, short }: Flag): string[] => [long, ...(short === null ? [] : [`-${short}`])];
const takesNextWord = ({ value, isOptional }: Flag): boolean => value !== null && !isOptional;

function bash(commands: readonly Command[]): string[] {
  const perCommand = commands.map(({ name, flags, words }) => [
    `    ${name})`,
    '      case $prev in',
    ...flags.filter(({ value }) => Array.isArray(value)).map((flag) =>
      `        ${spellings(flag).join('|')}) words='${(flag.value as readonly string[]).join(' ')}' ;;`),
    ...flags.filter((flag) => takesNextWord(flag) && !Array.isArray(flag.value)).map((flag) =>
      `        ${spellings(flag).join('|')}) return ;;`),
    `        *) if [[ $cur == -* ]]; then words='${flags.flatMap(spellings).join(' ')}'`,
    `          else words='${(words ?? []).join(' ')}'; fi ;;`,
    '      esac ;;',
  ].join('\n'));
  return [
    '# Written by `nnfmt completion bash`.',
    '_nnfmt() {',
    '  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} command="" words="" k',
    '  # bash takes --flag=value for three words.',
    '  if [[ $cur == = ]]; then cur=""; elif [[ $prev == = ]]; then prev=${COMP_WORDS[COMP_CWORD-2]}; fi',
    '  for ((k = 1; k < COMP_CWORD; k++)); do',
    '    if [[ ${COMP_WORDS[k]} != -* ]]; then command=${COMP_WORDS[k]}; break; fi',
    '  done',
    '  COMPREPLY=()',
    '  case $command in',
    `    '') words='${commands.map(({ name }) => name).join(' ')} --help --version' ;;`,
    ...perCommand,
    '  esac',
    '  # Where nothing fits, bash offers files.',
    '  COMPREPLY=($(compgen -W "$words" -- "$cur"))',
    '}',
    'complete -o default -F _nnfmt nnfmt',
  ];
}

function zsh(commands: readonly Command[]): string[] {
  const label = (text: string): string => quoted(text.replace(/[[\]:\\]/gu, '\\$&'));
  const valued = ({ value, isOptional }: Flag): string => {
    if (value === null) return '';
    const what = Array.isArray(value) ? `(${value.join(' ')})` : value === 'path' ? '_files' : '';
    return `${isOptional ? '::' : ':'}value:${what}`;
  };
  const argument = (flag: Flag): string[] => spellings(flag).map((name) => {
    const equals = flag.value === null || !name.startsWith('--') ? '' : flag.isOptional ? '=-' : '=';
    return label(flag.description).replace(/^'/u, `'${name}${equals}[`).replace(/'$/u, `]${valued(flag)}'`);
  });
  return [
    '#compdef nnfmt',
    '# Written by `nnfmt completion zsh`.',
    '_nnfmt() {',
    '  local context state line',
    '  local -a commands',
    '  commands=(',
    ...commands.map(({ name, description }) => `    ${label(description).replace(/^'/u, `'${name}:`)}`),
    '  )',
    "  _arguments -C '--help[show what it can do]' '--version[show the version]' \\",
    "    '1:command:->command' '*::argument:->argument'",
    '  case $state in',
    "    command) _describe 'command' commands ;;",
    '    argument)',
    '      case $words[1] in',
    ...commands.map(({ name, flags, words }) => [
      `        ${name}) _arguments \\`, ...flags.flatMap(argument).map((text) => `          ${text} \\`),
      `          ${words === null ? "'*:file:_files'" : `'1:word:(${words.join(' ')})'`} ;;`,
    ].join('\n')),
    '      esac ;;',
    '  esac',
    '}',
    'if [ "$funcstack[1]" = _nnfmt ]; then _nnfmt "$@"; else compdef _nnfmt nnfmt; fi',
  ];
}

function fish(commands: readonly Command[]): string[] {
  const names = commands.map(({ name }) => name).join(' ');
  const first = `complete -c nnfmt -n 'not __fish_seen_subcommand_from ${names}'`;
  const valued = ({ value, isOptional }: Flag): string => {
    if (Array.isArray(value)) return ` -x -a '${value.join(' ')}'`;
    return value === null || isOptional ? '' : value === 'path' ? ' -r -F' : ' -x';
  };
  return [
    '# Written by `nnfmt completion fish`.',
    `${first} -f -l help -d 'show what it can do'`,
    `${first} -f -l version -d 'show the version'`,
    ...commands.map(({ name, description }) => `${first} -f -a ${name} -d ${quoted(description)}`),
    ...commands.flatMap(({ name, flags, words }) => {
      const seen = `complete -c nnfmt -n '__fish_seen_subcommand_from ${name}'`;
      return [
        ...(words === null ? [] : [`${seen} -f -a '${words.join(' ')}'`]),
        ...flags.map((flag) => `${seen} -l ${flag.long.slice(2)}${flag.short === null ? '' : ` -s ${flag.short}`}` +
          `${valued(flag)} -d ${quoted(flag.description)}`),
      ];
    }),
  ];
}

/** A word of a shell. */
const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
