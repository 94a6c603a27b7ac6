import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { BadOptionError, FileReadError } from '../errors.js';
import { assetPath } from '../shared/asset-path.js';
import { lookAt } from '../shared/look-at-path.js';
import { readRegularFile } from '../shared/read-file.js';

/** What is assumed of a file that shows no habit of its own; null for what is not said. */
export interface AssumedHabits {
  /** What a block adds to the indentation. */
  readonly unit: string | null;
  /** Last column that a line may reach. */
  readonly limit: number | null;
  readonly lineEnd: '\n' | '\r\n' | '\r' | null;
}

interface ConfigFile {
  readonly name: string;
  readonly contents: Buffer;
}

interface ReadConfig extends ConfigFile {
  /** Those above it do not hold. */
  readonly isRoot: boolean;
  readonly speaksOfLayout: boolean;
}

/** What is used of the package editorconfig. */
interface EditorConfigLibrary {
  parseBuffer(data: Buffer): readonly (readonly [section: string | null, properties: unknown])[];
  parseFromFilesSync(
    path: string, files: readonly ConfigFile[],
    options: { readonly unset: true; readonly cache: Map<string, unknown> },
  ): Readonly<Record<string, unknown>>;
}

/** More than any has. */
const MOST_BYTES = 256 * 1024;
const SPEAKS_OF_LAYOUT = /indent_|tab_width|max_line_length|end_of_line/iu;
/** Steps and limits that the network knows. */
const WIDEST_UNIT = 8;
const LIMITS = [40, 180] as const;
const LINE_ENDS = { lf: '\n', crlf: '\r\n', cr: '\r' } as const;

/**
 * Reads what `.editorconfig` files say of sources: the one beside a source and those above it, up to one that says
 * `root = true`. Without such a file that speaks of layout, nothing is loaded. Each file is read once, so a reader is
 * for one run.
 *
 * Source: https://spec.editorconfig.org, by the package editorconfig.
 *
 * @returns null where nothing is said that counts here. The function throws BadOptionError for a file that cannot be
 *   read, or whose patterns would take too long
 */
export function createEditorConfigReader(): (sourcePath: string) => AssumedHabits | null {
  const filesIn = new Map<string, readonly ConfigFile[]>();
  const cache = new Map<string, unknown>();
  /** From the folder upwards. */
  const find = (folder: string): readonly ConfigFile[] => {
    const known = filesIn.get(folder);
    if (known !== undefined) return known;
    const own = readConfig(join(folder, '.editorconfig'));
    const up = dirname(folder);
    const above = up === folder || own?.isRoot === true ? [] : find(up);
    const files = own?.speaksOfLayout === true ? [own, ...above] : above;
    filesIn.set(folder, files);
    return files;
  };
  return (sourcePath) => {
    const path = resolve(sourcePath);
    const files = find(dirname(path));
    return files.length === 0 ? null : habitsOf(library().parseFromFilesSync(path, files, { unset: true, cache }));
  };
}

function readConfig(path: string): ReadConfig | null {
  const { kind } = lookAt(path);
  if (kind !== 'file' && kind !== 'special') return null;
  let contents: Buffer;
  try {
    contents = readRegularFile(path, { limitBytes: MOST_BYTES });
  } catch (cause) {
    if (!(cause instanceof FileReadError)) throw cause;
    throw new BadOptionError({ option: path, reason: `${cause.clause}; --no-editorconfig does without`, cause });
  }
  const text = contents.toString('latin1');
  const speaksOfLayout = SPEAKS_OF_LAYOUT.test(text);
  for (const [section] of speaksOfLayout ? library().parseBuffer(contents) : []) {
    if (section !== null && isCostly(section)) {
      throw new BadOptionError({
        option: path,
        reason: `the section ${JSON.stringify(section)} would take too long; --no-editorconfig does without`,
      });
    }
  }
  return { name: path, contents, isRoot: saysRoot(text), speaksOfLayout };
}

/** It is said before the first section. */
function saysRoot(text: string): boolean {
  const preamble = text.split(/^[ \t]*\[/mu, 1)[0];
  return /^[ \t]*root[ \t]*[=:][ \t]*true[ \t]*\r?$/imu.test(preamble);
}

/**
 * Patterns of a project that somebody merely cloned: stars are tried at every letter, braces are multiplied out, and
 * each `**` stands for three patterns.
 */
function isCostly(section: string): boolean {
  const count = (what: string): number => section.split(what).length - 1;
  const [braces, choices] = [count('{'), count(',')];
  return section.length > 1000 || count('**') > 2 || count('*') > 8 || braces > 3 || (braces > 1 && choices > 20) ||
    /\d{4,}\.\.|\.\.[-+]?\d{4,}/u.test(section);
}

function habitsOf(properties: Readonly<Record<string, unknown>>): AssumedHabits | null {
  const { indent_style: style, indent_size: size, max_line_length: limit, end_of_line: end } = properties;
  const isStep = typeof size === 'number' && Number.isInteger(size) && size >= 1 && size <= WIDEST_UNIT;
  const habits = {
    unit: style === 'tab' ? '\t' : isStep ? ' '.repeat(size) : null,
    limit: typeof limit === 'number' && limit >= LIMITS[0] && limit <= LIMITS[1] ? Math.floor(limit) : null,
    lineEnd: LINE_ENDS[end as keyof typeof LINE_ENDS] ?? null,
  };
  return habits.unit === null && habits.limit === null && habits.lineEnd === null ? null : habits;
}

let loaded: EditorConfigLibrary | undefined;

function library(): EditorConfigLibrary {
  return (loaded ??= createRequire(import.meta.url)(assetPath('editorconfig.cjs')) as EditorConfigLibrary);
}
