import { basename, join } from 'node:path';
import { findFiles, isForeignPath, isGenerated, NearDuplicates, readSource } from '../corpus/index.js';
import { GatheringError, NnfmtError } from '../errors.js';
import { listFolder } from '../shared/look-at-path.js';
import { readRecord } from './fetch-corpus.js';

/** How often each name was met. */
export type Tally = Record<string, number>;

/** What is counted of a corpus or a project. */
export interface TextCounts {
  files: number;
  lines: number;
  /** Runs of characters without blanks, as `wc -w` counts. */
  words: number;
  /** Code points. */
  characters: number;
}

/** Figures of a corpus. */
export interface CorpusStats extends TextCounts {
  projects: ({ name: string; licence: string | null } & TextCounts)[];
  duplicates: number;
  generated: number;
  unreadable: number;
  /** Files by licence. */
  licences: Tally;
  /** Files by style: unit of indentation, the more frequent quote, line end, longest line. */
  indentation: Tally;
  quotes: Tally;
  lineEnds: Tally;
  longestLine: Tally;
}

/**
 * Counts what lies in corpora; each folder in one is a project.
 *
 * @throws GatheringError for a folder that cannot be read
 */
export function corpusStats(roots: readonly string[], onProject: (share: number, name: string) => void): CorpusStats {
  const stats: CorpusStats = {
    files: 0,
    lines: 0,
    words: 0,
    characters: 0,
    projects: [],
    duplicates: 0,
    generated: 0,
    unreadable: 0,
    licences: {},
    indentation: {},
    quotes: {},
    lineEnds: {},
    longestLine: {},
  };
  const duplicates = new NearDuplicates();
  const folders = roots.flatMap((root) => {
    const entries = listFolder(root);
    if (typeof entries === 'string')
      throw new GatheringError(`${root}: this folder cannot be read (${entries}). Check the path.`);
    return entries
      .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
      .map(({ name }) => join(root, name))
      .sort();
  });
  for (const [k, folder] of folders.entries()) {
    onProject(k / folders.length, basename(folder));
    const record = readRecord(folder);
    const project = {
      name: basename(folder).replace('+', '/'),
      licence: record?.licence ?? null,
      files: 0,
      lines: 0,
      words: 0,
      characters: 0,
    };
    for (const path of findFiles([folder]).files) {
      const below = path.slice(folder.length + 1);
      if (isForeignPath(below)) continue;
      let text: string;
      try {
        ({ text } = readSource(path));
      } catch (fault) {
        if (!(fault instanceof NnfmtError)) throw fault;
        stats.unreadable++;
        continue;
      }
      count(project, text);
      if (duplicates.isDuplicate(text)) stats.duplicates++;
      if (isGenerated(text)) stats.generated++;
      add(stats.licences, record?.files[below.replaceAll('\\', '/')] ?? record?.licence ?? 'unknown');
      for (const [tally, value] of Object.entries(styleOf(text))) add(stats[tally as 'quotes'], value);
    }
    if (project.files === 0) continue;
    stats.projects.push(project);
    for (const name of ['files', 'lines', 'words', 'characters'] as const) stats[name] += project[name];
  }
  return stats;
}

const add = (tally: Tally, name: string): void => void (tally[name] = (tally[name] ?? 0) + 1);

function count(into: TextCounts, text: string): void {
  into.files++;
  into.lines += text === '' ? 0 : (text.match(/\n/gu)?.length ?? 0) + (text.endsWith('\n') ? 0 : 1);
  into.words += text.match(/\S+/gu)?.length ?? 0;
  for (const _ of text) into.characters++;
}

const LIMITS = [79, 88, 100, 120];

/** What a text shows of its author's style, by simple counts. */
function styleOf(text: string): Record<'indentation' | 'quotes' | 'lineEnds' | 'longestLine', string> {
  let tabs = 0;
  const blanks = new Map<number, number>();
  let [single, double, longest, before] = [0, 0, 0, 0];
  for (const line of text.split(/\r\n|\n|\r/u)) {
    longest = Math.max(longest, line.length);
    single += line.match(/(?<!['\w"])'(?!'')/gu)?.length ?? 0;
    double += line.match(/(?<!["\w'])"(?!"")/gu)?.length ?? 0;
    const indent = /^[ \t]*(?=\S)/u.exec(line)?.[0];
    if (indent === undefined) continue;
    if (indent.includes('\t')) tabs++;
    else if (indent.length > before) blanks.set(indent.length - before, (blanks.get(indent.length - before) ?? 0) + 1);
    before = indent.length;
  }
  const [unit = null] =
    [...blanks].filter(([width]) => [2, 3, 4, 8].includes(width)).sort((a, b) => b[1] - a[1])[0] ?? [];
  const spaces = [...blanks.values()].reduce((sum, times) => sum + times, 0);
  return {
    indentation: tabs > spaces ? 'tabs' : unit === null ? 'none' : `${unit} spaces`,
    quotes: single === double ? 'neither' : single > double ? 'single' : 'double',
    lineEnds: text.includes('\r\n') ? 'CRLF' : 'LF',
    longestLine: `${LIMITS.find((limit) => longest <= limit)?.toString() ?? 'more'}`,
  };
}
