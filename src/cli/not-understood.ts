import { shownName } from '../shared/quote-name.js';
import type { StatementPlace } from './format-file.js';

/** Statements of one file that are told one by one. */
const MOST_TOLD = 10;

/**
 * One line for each statement that was left as it is because the grammar does not know it; where there are many, a last
 * one counts the rest.
 */
export function notUnderstoodLines(path: string, lines: readonly (number | StatementPlace)[]): string[] {
  const told = lines.slice(0, MOST_TOLD).map((place) => {
    const { line, cell }: StatementPlace = typeof place === 'number' ? { line: place } : place;
    const where = cell === undefined ? line : `cell ${cell.number}:${cell.line}`;
    return `${shownName(path)}:${where}: not understood, left as it is`;
  });
  const rest = lines.length - told.length;
  if (rest > 0) told.push(
    `${shownName(path)}: ${rest} more statement${rest === 1 ? '' : 's'} not understood, left as ${rest === 1 ? 'it is' : 'they are'}`,
  );
  return told;
}
