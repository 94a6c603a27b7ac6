import { readSource } from '../corpus/read-source.js';
import { BadOptionError, FileWriteError } from '../errors.js';
import type { Explanation } from '../format/explain-source.js';
import { explainText } from '../format/explanation-words.js';
import { nearbySources } from '../learn/nearby-sources.js';
import type { OptionsFor } from '../options/index.js';
import { indexLines } from '../shared/positions.js';
import type { LineRange } from '../shared/line-ranges.js';
import { isThere } from '../shared/look-at-path.js';
import { shownJson, shownName } from '../shared/quote-name.js';
import { isPage, writeAtomically } from '../shared/write-atomically.js';
import { EXIT_FINE, wantsColor, type CliContext } from './context.js';
import { explainHtml } from './explain-html.js';
import { formatterOptions } from './formatter.js';
import { notUnderstoodLines } from './not-understood.js';

/**
 * `nnfmt explain FILE[:LINE]`: why formatting would change what it would change, or what
 * the model thinks of each gap of some lines.
 */
export async function runExplain(place: string, options: OptionsFor<'explain'>, context: CliContext): Promise<number> {
  const { path, lines } = readPlace(place);
  if (options.html !== null && options.json) {
    throw new BadOptionError({ option: '--html', reason: 'cannot be combined with --json' });
  }
  const { text } = readSource(path);
  const explainer = await context.createExplainer(formatterOptions(options));
  const examples = nearbySources(path);
  const tellNotUnderstood = ({ notUnderstood }: Explanation): void => {
    for (const line of notUnderstoodLines(path, notUnderstood)) context.stderr.write(`${line}\n`);
  };
  if (options.html !== null) {
    const explanation = explainer.explain(text, { path, gaps: 'all', examples });
    tellNotUnderstood(explanation);
    const page = explainHtml(text, explanation);
    writePage(options.html, page);
    context.stderr.write(`wrote ${shownName(options.html)}\n`);
    return EXIT_FINE;
  }
  const explanation = explainer.explain(text, { path, gaps: lines === null ? 'changes' : [lines], examples });
  tellNotUnderstood(explanation);
  if (lines !== null && lines.first > explanation.lineCount) {
    throw new BadOptionError({ option: place, reason: `the file has ${explanation.lineCount} lines` });
  }
  if (options.json) context.stdout.write(`${shownJson(inCharacters(explanation, text))}\n`);
  else {
    const look = { lines, color: wantsColor(context.stdout, context.env), isAnew: options.restyle };
    context.stdout.write(explainText(explanation, look));
  }
  return EXIT_FINE;
}

/** Offsets count code points, as columns do: other languages know nothing of UTF-16. */
function inCharacters(explanation: Explanation, text: string): object {
  const { charactersBefore } = indexLines(text);
  const gaps =
    explanation.gaps.map((gap) => ({ ...gap, from: charactersBefore(gap.from), to: charactersBefore(gap.to) }));
  return { ...explanation, positionEncoding: 'utf-32', gaps };
}

/**
 * `a.py`, `a.py:12`, `a.py:12-20`, or a place as messages name it, `a.py:12:5`; a file that is really called so wins.
 */
export function readPlace(place: string): { path: string; lines: LineRange | null } {
  const match = /^(.+?):(\d{1,9})(?:-(\d{1,9})|:\d{1,9})?$/u.exec(place);
  if (match === null || isThere(place)) return { path: place, lines: null };
  const first = Number(match[2]);
  const last = Number(match[3] ?? match[2]);
  if (first < 1 || last < first) {
    throw new BadOptionError({ option: place, reason: 'lines count from 1, and the first comes first' });
  }
  return { path: match[1], lines: { first, last } };
}

function writePage(path: string, page: string): void {
  try {
    writeAtomically(path, page, { replaces: isPage, kind: 'a page (HTML)' });
  } catch (cause) {
    if (!(cause instanceof FileWriteError)) throw cause;
    throw new BadOptionError({ option: '--html', reason: `${path}: ${cause.clause}`, cause });
  }
}
