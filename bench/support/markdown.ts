/** A table of Markdown. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/**
 * Replaces what stands between the marks of a section in a page.
 *
 * @throws Error when the page has no such marks
 */
export function replaceSection(page: string, name: string, text: string): string {
  const [begin, end] = [`<!-- ${name}: begin -->`, `<!-- ${name}: end -->`];
  const [from, to] = [page.indexOf(begin), page.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`the page has no section between ${begin} and ${end}`);
  return `${page.slice(0, from + begin.length)}\n\n${text}\n\n${page.slice(to)}`;
}

/** A share with four digits, without its zero. */
export const figure = (value: number): string => value.toFixed(4).replace(/^0/u, '');

/** Arithmetic mean; NaN of nothing. */
export const mean = (list: readonly number[]): number => list.reduce((sum, value) => sum + value, 0) / list.length;
