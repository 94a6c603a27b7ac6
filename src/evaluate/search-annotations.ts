/**
 * CodeSearchNet's challenge: questions of people, and functions that people found more or less fitting, from 0 to 3
 * (Husain and others 2019, section 3). Its table has the columns Language, Query, GitHubUrl, Relevance and Notes.
 */
import { SourceReadError } from '../errors.js';

/** How well functions, by their addresses, answer a question. */
export interface AnnotatedQuery {
  readonly query: string;
  /** Means over annotators. */
  readonly relevance: ReadonlyMap<string, number>;
}

/**
 * Reads the annotations of one language.
 *
 * @param path only for messages
 * @throws SourceReadError for a table without these columns, or with a relevance that is no number, with its row
 */
export function readAnnotations(text: string, path: string, language = 'python'): AnnotatedQuery[] {
  const [head = [], ...rows] = readCsv(text);
  const refuse = (message: string): never => {
    throw new SourceReadError({ path, reason: 'unreadable', message });
  };
  const column = (name: string): number => {
    const found = head.findIndex((cell) => cell.trim().toLowerCase() === name.toLowerCase());
    return found >= 0 ? found : refuse(`there is no column ${name}; expected CodeSearchNet's annotationStore.csv.`);
  };
  const at = {
    language: column('Language'), query: column('Query'), url: column('GitHubUrl'), relevance: column('Relevance'),
  };
  const byQuery = new Map<string, Map<string, number[]>>();
  rows.forEach((row, k) => {
    if (row[at.language]?.toLowerCase() !== language) return;
    const relevance = Number(row[at.relevance]);
    if (!Number.isFinite(relevance) || row[at.relevance] === '') {
      refuse(`row ${k + 2} has no number for its relevance.`);
    }
    const query = (row[at.query] ?? '').toLowerCase();
    const urls = byQuery.get(query) ?? new Map<string, number[]>();
    byQuery.set(query, urls);
    const url = row[at.url] ?? '';
    urls.set(url, [...(urls.get(url) ?? []), relevance]);
  });
  const mean = (list: readonly number[]): number => list.reduce((sum, value) => sum + value, 0) / list.length;
  return [...byQuery].map(([query, urls]) =>
    ({ query, relevance: new Map([...urls].map(([url, list]) => [url, mean(list)])) }));
}

/** Rows of cells; quoted cells may hold commas, line ends and doubled quotes (RFC 4180). */
export function readCsv(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  const cells = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|\n|\r|$)/gy;
  while (cells.lastIndex < text.length) {
    const found = cells.exec(text);
    // A quote in the middle of a cell: the rest of the line is taken as it is.
    if (found === null) break;
    const [, quoted, plain, end] = found;
    row.push(quoted === undefined ? plain! : quoted.replaceAll('""', '"'));
    if (end === ',') continue;
    rows.push(row);
    row = [];
  }
  return rows;
}

/** A row of a table; cells are quoted where they must be. */
export const csvRow = (cells: readonly string[]): string =>
  `${cells.map((cell) => (/[",\r\n]/u.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join(',')}\n`;

/**
 * Normalised discounted cumulative gain of some rankings: 1 where the best answers stand first.
 *
 * @param ranked addresses found for a question, best first
 * @param options.countAll addresses without an annotation take a place too; they are passed over otherwise
 * @returns null where no question has an annotated answer above 0
 */
export function normalisedGain(
  queries: readonly AnnotatedQuery[],
  ranked: (query: string) => readonly string[],
  options: { readonly countAll: boolean },
): number | null {
  let sum = 0;
  let counted = 0;
  for (const { query, relevance } of queries) {
    const gain = (value: number, rank: number): number => (2 ** value - 1) / Math.log2(rank + 1);
    let ideal = 0;
    [...relevance.values()].sort((a, b) => b - a).forEach((value, k) => (ideal += gain(value, k + 1)));
    if (ideal === 0) continue;
    let own = 0;
    let rank = 1;
    for (const url of ranked(query)) {
      const value = relevance.get(url);
      if (value !== undefined) own += gain(value, rank);
      if (value !== undefined || options.countAll) rank++;
    }
    sum += own / ideal;
    counted++;
  }
  return counted === 0 ? null : sum / counted;
}
