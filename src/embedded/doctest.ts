import type { PageBlock, PageLine } from './page-source.js';

const PROMPT = /^([ \t]*)>>>(?: |$)/u;

/** True for a line that begins an example of a Python session. */
export const beginsExample = (code: string): boolean => PROMPT.test(code);

/**
 * The examples of a session, each a block: a line with `>>>` and those with `...` that follow.
 *
 * @param skipped characters of each line that stand before the session
 * Source: https://docs.python.org/3/library/doctest.html
 */
export function sessionExamples(lines: readonly PageLine[], skipped: readonly number[]): PageBlock[] {
  const examples: PageBlock[] = [];
  for (let k = 0; k < lines.length; k++) {
    const code = lines[k]!.text.slice(skipped[k]!);
    const prompt = PROMPT.exec(code);
    if (prompt === null) continue;
    const indentation = prompt[1]!;
    const own = [lines[k]!];
    const ownSkipped = [skipped[k]! + prompt[0].length];
    const goesOn = `${indentation}...`;
    for (let next = k + 1; next < lines.length; next++) {
      const text = lines[next]!.text.slice(skipped[next]!);
      if (text !== goesOn && !text.startsWith(`${goesOn} `)) break;
      own.push(lines[next]!);
      ownSkipped.push(skipped[next]! + goesOn.length + 1);
    }
    const before = lines[k]!.text.slice(0, skipped[k]!);
    examples.push({ lines: own, skipped: ownSkipped, prefix: `${before}${goesOn} `, magics: false });
    k += own.length - 1;
  }
  return examples;
}
