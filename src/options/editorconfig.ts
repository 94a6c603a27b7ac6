import { dirname, join, relative, resolve, sep } from 'node:path';
import { BadOptionError, FileReadError } from '../errors.js';
import { lookAt } from '../shared/look-at-path.js';
import { liesBelow } from '../shared/path-below.js';
import { readRegularText } from '../shared/read-file.js';
import { createSectionMatcher } from './editorconfig-glob.js';

/** What is assumed of a file that shows no habit of its own; null for what is not said. */
export interface AssumedHabits {
  /** What a block adds to the indentation. */
  readonly unit: string | null;
  /** Last column that a line may reach. */
  readonly limit: number | null;
  readonly lineEnd: '\n' | '\r\n' | '\r' | null;
}

/** Keys and values, in lower case. */
type Properties = ReadonlyMap<string, string>;

interface ConfigFile {
  readonly folder: string;
  /** Those above it do not hold. */
  readonly isRoot: boolean;
  /** Those that speak of layout, in their order. */
  readonly sections: readonly { readonly matches: (path: string) => boolean; readonly properties: Properties }[];
}

/** More than any has. */
const MOST_BYTES = 256 * 1024;
const OF_LAYOUT = new Set(['indent_style', 'indent_size', 'tab_width', 'max_line_length', 'end_of_line']);
/** Sections may be so long, keys and values are shorter. */
const LONGEST_SECTION = 1024;
/** Steps and limits that the network knows. */
const WIDEST_UNIT = 8;
const LIMITS = [40, 180] as const;
const LINE_ENDS: Readonly<Record<string, '\n' | '\r\n' | '\r'>> = { lf: '\n', crlf: '\r\n', cr: '\r' };

/**
 * Reads what `.editorconfig` files say of sources: the one beside a source and those above it, up to one that says
 * `root = true`. Each file is read once, so a reader is for one run.
 *
 * Source: https://spec.editorconfig.org. Its package for Node takes 40 ms to load, as long as formatting a small file.
 *
 * @param within the folder beyond which nothing is looked at, links followed; null for none
 * @returns null where nothing is said that counts here. The function throws BadOptionError for a file that cannot be
 *   read
 */
export function createEditorConfigReader(within: string | null = null): (sourcePath: string) => AssumedHabits | null {
  const filesIn = new Map<string, readonly ConfigFile[]>();
  /** From the outermost folder to the nearest. */
  const find = (folder: string): readonly ConfigFile[] => {
    const known = filesIn.get(folder);
    if (known !== undefined) return known;
    const isOutside = within !== null && !liesBelow(within, join(folder, '.editorconfig'));
    const own = isOutside ? null : readConfig(folder);
    const up = dirname(folder);
    const above = up === folder || folder === within || own?.isRoot === true ? [] : find(up);
    const files = own === null || own.sections.length === 0 ? above : [...above, own];
    filesIn.set(folder, files);
    return files;
  };
  return (sourcePath) => {
    const path = resolve(sourcePath);
    const properties = new Map<string, string>();
    for (const { folder, sections } of find(dirname(path))) {
      const way = relative(folder, path).split(sep).join('/');
      for (const section of sections) {
        if (section.matches(way)) for (const [key, value] of section.properties) properties.set(key, value);
      }
    }
    return properties.size === 0 ? null : habitsOf(properties);
  };
}

function readConfig(folder: string): ConfigFile | null {
  const path = join(folder, '.editorconfig');
  const { kind } = lookAt(path);
  if (kind !== 'file' && kind !== 'special') return null;
  try {
    return parseConfig(folder, readRegularText(path, { limitBytes: MOST_BYTES }));
  } catch (cause) {
    if (!(cause instanceof FileReadError)) throw cause;
    throw new BadOptionError({ option: path, reason: `${cause.clause}; --no-editorconfig does without`, cause });
  }
}

function parseConfig(folder: string, text: string): ConfigFile {
  let isRoot = false;
  const sections: { readonly name: string; readonly properties: Map<string, string> }[] = [];
  for (const line of text.split(/\r?\n|\r/u).map((part) => part.trim())) {
    if (line.startsWith('#') || line.startsWith(';')) continue;
    if (line.startsWith('[') && line.endsWith(']')) sections.push({ name: line.slice(1, -1), properties: new Map() });
    const equals = line.indexOf('=');
    if (line.startsWith('[') || equals < 1) continue;
    const key = line.slice(0, equals).trim().toLowerCase();
    const value = line.slice(equals + 1).trim().toLowerCase();
    const section = sections.at(-1);
    if (section === undefined) isRoot = key === 'root' ? value === 'true' : isRoot;
    else if (OF_LAYOUT.has(key)) section.properties.set(key, value);
  }
  const speaking = sections.filter(({ name, properties }) => properties.size > 0 && name.length <= LONGEST_SECTION);
  return {
    folder, isRoot,
    sections: speaking.map(({ name, properties }) => ({ matches: createSectionMatcher(name), properties })),
  };
}

function habitsOf(properties: Properties): AssumedHabits | null {
  const numberOf = (key: string): number => {
    const value = properties.get(key);
    return value !== undefined && /^\d{1,5}$/u.test(value) ? Number(value) : 0;
  };
  const size = properties.get('indent_size') === 'tab' ? numberOf('tab_width') : numberOf('indent_size');
  const limit = numberOf('max_line_length');
  const habits = {
    unit: properties.get('indent_style') === 'tab' ? '\t' : size >= 1 && size <= WIDEST_UNIT ? ' '.repeat(size) : null,
    limit: limit >= LIMITS[0] && limit <= LIMITS[1] ? limit : null,
    lineEnd: LINE_ENDS[properties.get('end_of_line') ?? ''] ?? null,
  };
  return habits.unit === null && habits.limit === null && habits.lineEnd === null ? null : habits;
}
