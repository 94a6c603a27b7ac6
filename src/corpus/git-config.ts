import { homedir } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';
import { FileReadError } from '../errors.js';
import { MAX_SETTINGS_BYTES, readRegularText } from '../shared/read-file.js';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Where the user keeps patterns that hold in all repositories: what `core.excludesFile` says in the user's or the
 * system's configuration, or git's default place. What a repository's own configuration says of it is not read:
 * that comes from whoever made the repository. Includes are followed, conditional ones are not.
 *
 * @source git-config(1)
 */
export function globalExcludesFile(env: Environment): string | null {
  const home = env['HOME'] ?? homedir();
  const ownFolder = join(env['XDG_CONFIG_HOME'] || join(home, '.config'), 'git');
  const user = env['GIT_CONFIG_GLOBAL'] !== undefined
    ? [env['GIT_CONFIG_GLOBAL']]
    : [join(ownFolder, 'config'), join(home, '.gitconfig')];
  const system = isTrue(env['GIT_CONFIG_NOSYSTEM']) ? [] : [env['GIT_CONFIG_SYSTEM'] ?? '/etc/gitconfig'];
  let found: string | null = null;
  // What is read later wins.
  for (const path of [...system, ...user]) found = readExcludesFile(path, home, 0) ?? found;
  if (found === null) return join(ownFolder, 'ignore');
  return found === '' ? null : found;
}

const isTrue = (value: string | undefined): boolean => value !== undefined && !/^(?:|0|false|no|off)$/iu.test(value);

const MOST_INCLUDES = 10;

function readExcludesFile(path: string, home: string, depth: number): string | null {
  let text;
  try {
    text = readRegularText(path, { limitBytes: MAX_SETTINGS_BYTES });
  } catch (fault) {
    if (fault instanceof FileReadError) return null;
    throw fault;
  }
  let found: string | null = null;
  for (const { section, key, value } of configEntries(text)) {
    const named = value === '' || isAbsolute(value)
      ? value
      : value.startsWith('~/') ? join(home, value.slice(2)) : join(dirname(path), value);
    if (section === 'core' && key === 'excludesfile') found = named;
    else if (section === 'include' && key === 'path' &&
      depth < MOST_INCLUDES) found = readExcludesFile(named, home, depth + 1) ?? found;
  }
  return found;
}

interface ConfigEntry {
  /** In small letters; with a subsection, that follows after a dot as it is. */
  readonly section: string;
  readonly key: string;
  readonly value: string;
}

/** The entries of a configuration file, in order; what is no entry is passed over. */
export function configEntries(text: string): ConfigEntry[] {
  const entries: ConfigEntry[] = [];
  let section = '';
  for (let line of joinedLines(text)) {
    const header = /^\s*\[\s*([-.\w]+)(?:\s+"((?:[^"\\]|\\.)*)")?\s*\]/u.exec(line);
    if (header !== null) {
      section = header[1].toLowerCase() + (header[2] === undefined ? '' : `.${header[2]}`);
      line = line.slice(header[0].length);
    }
    const entry = /^\s*([A-Za-z][-A-Za-z0-9]*)\s*(?:=(.*))?$/su.exec(line);
    if (entry !== null) entries.push({
      section, key: entry[1].toLowerCase(), value: entry[2] === undefined ? 'true' : readValue(entry[2]),
    });
  }
  return entries;
}

/** A backslash at a line's end goes on in the next one. */
function joinedLines(text: string): string[] {
  const lines: string[] = [];
  let begun = '';
  for (const line of text.split(/\r?\n/u)) {
    const quotes = /\\*$/u.exec(line)![0].length % 2 === 1;
    begun += quotes ? line.slice(0, -1) : line;
    if (quotes) continue;
    lines.push(begun);
    begun = '';
  }
  return begun === '' ? lines : [...lines, begun];
}

/** Without comment, quotes and the blanks around. */
function readValue(raw: string): string {
  const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', b: '\b' };
  let value = '';
  // Up to here blanks count, because they stand in quotes or something follows.
  let kept = 0;
  let quoted = false;
  for (let at = 0; at < raw.length; at++) {
    const char = raw[at];
    if (char === '"') {
      quoted = !quoted;
      kept = value.length;
    } else if (!quoted && (char === '#' || char === ';')) {
      break;
    } else if (!quoted && /\s/u.test(char)) {
      if (value !== '') value += char;
    } else {
      value += char === '\\' ? (escapes[raw[++at]] ?? raw[at] ?? '') : char;
      kept = value.length;
    }
  }
  return value.slice(0, kept);
}
