import { NoProfileError } from '../errors.js';
import { indexLines, type LineIndex } from '../shared/positions.js';
import { touchesLines } from '../shared/line-ranges.js';
import { shownExcerpt } from '../shared/quote-name.js';
import {
  createTokenizer, NODE_KINDS, overRawText, tokenText, type GapRole, type RawSource, type Tokenizer,
} from '../tokenize/index.js';
import { blankLines } from './agree-gaps.js';
import { editClass } from './confidence.js';
import { describeDeviation, describeGap } from './describe-gap.js';
import { listDeviations } from './deviations.js';
import type { Explainer, Explanation, ExplainRequest, GapExplanation } from './explanation.js';
import type { FormatPolicy } from './format-policy.js';
import type { FormatterOptions } from './formatter.js';
import { linesNotUnderstood, proposeLayout } from './format-source.js';
import { gapHabits } from './gap-habits.js';
import { judgeAnew, judgeGaps, type Judgement } from './judge-gaps.js';
import { createPolicies } from './load-policy.js';
import { createProjectExamples } from './project-examples.js';

export type {
  Abstention, Authority, ExplainedAlternative, Explainer, Explanation, ExplainRequest, GapExplanation,
} from './explanation.js';

/** Loads grammar and model once, as `createFormatter` does and with the same options. */
export async function createExplainer(options: FormatterOptions = {}): Promise<Explainer> {
  const [tokenizer, policyFor] = await Promise.all([createTokenizer(), createPolicies(options)]);
  return {
    explain: (text, { path, ...request }) => {
      const policy = policyFor(path);
      const restyle = request.restyle ?? options.restyle === true;
      if (restyle && policy.project === null) throw new NoProfileError({ path });
      return explainSource(tokenizer, policy, text, path, { ...request, restyle });
    },
  };
}

/** Of a gap that is not decided at all. */
const LEFT_ALONE: Judgement = { alternatives: [], threshold: () => 0, change: null, group: null };
/** Alternatives shown. */
const MOST_ALTERNATIVES = 4;

/** Formats a source and says, for the gaps asked for, what was considered and what spoke for it. */
export function explainSource(
  tokenizer: Tokenizer,
  policy: FormatPolicy,
  text: string,
  path: string,
  request: ExplainRequest,
): Explanation {
  const { restyle = false } = request;
  const { context, original, proposed, pins } = proposeLayout(tokenizer, policy, text, path, { restyle });
  const { structure } = context.structured;
  const source = overRawText(context.structured.source, text);
  const index = indexLines(text);
  const asked: number[] = [];
  let changeCount = 0;
  for (let i = 0; i <= source.tokenCount; i++) {
    if (original[i] !== proposed[i]) changeCount++;
    if (isAsked(request.gaps, { source, index, gap: original[i] }, i, original[i] !== proposed[i])) asked.push(i);
  }
  const wanted = new Set(asked);
  const judge = restyle ? judgeAnew : judgeGaps;
  const judgements = judge({ context, gaps: original, pins, policy, wanted: (i) => wanted.has(i) });
  const deviations = new Map(
    listDeviations({ context, original, proposed, pins, policy, isAnew: restyle })
      .map((deviation) => [deviation.gap, deviation]),
  );
  const examples = request.examples === undefined ? undefined : createProjectExamples(tokenizer, request.examples);
  const habits = gapHabits({ context, original, proposed, policy, gaps: asked, examples });
  const gaps = asked.map((i): GapExplanation => {
    const role = structure.role[i] as GapRole;
    const [before, after] = [original[i], proposed[i]];
    const judgement = judgements.get(i) ?? LEFT_ALONE;
    const isProject = restyle && judgements.has(i);
    const { agreement, other, confidence } = weigh(judgement, before);
    const changes = before !== after;
    const edit = editClass(role, before, changes ? after : other);
    const threshold = judgement.threshold(edit);
    const from = i > 0 ? source.end[i - 1] : 0;
    const to = i < source.tokenCount ? source.start[i] : text.length;
    return {
      gap: i,
      from,
      to,
      line: index.lineOf(from),
      column: index.columnOf(from),
      endLine: index.lineOf(to),
      left: i > 0 ? shorten(tokenText(source, i - 1)) : null,
      right: i < source.tokenCount ? shorten(tokenText(source, i)) : null,
      inside: (NODE_KINDS[source.tree.kind[context.ancestry.node[i] ?? 0]] ?? 'module').replaceAll('_', ' '),
      before,
      after,
      beforeWords: describeGap(role, before),
      afterWords: describeGap(role, after),
      changes,
      message: changes ? describeDeviation(role, before, after) : null,
      agreement,
      confidence: deviations.get(i)?.confidence ?? confidence,
      threshold,
      edit,
      authority: isProject ? 'project' : 'file',
      abstention: changes || confidence <= 0.5 || isProject ? null
        : pins.gap[i] ? 'pinned' : confidence < threshold ? 'unsure' : judgement.group !== null ? 'group' : 'undone',
      group: judgement.group,
      alternatives: judgement.alternatives.slice(0, MOST_ALTERNATIVES).map((alternative) => ({
        ...alternative, words: describeGap(role, alternative.text),
      })),
      habits: habits.get(i) ?? [],
    };
  });
  const notUnderstood = linesNotUnderstood(context);
  return {
    path, gaps, gapCount: original.length, changeCount, lineCount: index.lineCount,
    hasProfile: policy.project !== null, notUnderstood,
  };
}

/** What the model gives to today's text, and the likeliest other text with how sure it is. */
function weigh(judgement: Judgement, today: string): { agreement: number; other: string; confidence: number } {
  const agreement = judgement.alternatives.find(({ text }) => text === today)?.probability ?? 0;
  const other = judgement.alternatives.find(({ text }) => text !== today);
  const { change } = judgement;
  if (change !== null && change.text !== today) return { agreement, other: change.text, confidence: change.certainty };
  if (other === undefined) return { agreement: 1, other: today, confidence: 0 };
  return { agreement, other: other.text, confidence: other.probability / (other.probability + agreement) };
}

function isAsked(
  asked: ExplainRequest['gaps'],
  { source, index, gap }: { source: RawSource; index: LineIndex; gap: string },
  i: number,
  changes: boolean,
): boolean {
  if (asked === 'all') return true;
  if (asked === 'changes') return changes;
  // A gap belongs to the line of the token it leads to, and to the blank lines in it.
  const last = index.lineOf(i < source.tokenCount ? source.start[i] : source.text.length);
  return touchesLines(asked, last - Math.max(0, blankLines(gap)), last);
}

function shorten(token: string): string {
  const line = token.split(/[\r\n]/u, 1)[0];
  return shownExcerpt(line.length < token.length || line.length > 30 ? `${line.slice(0, 29)}…` : line);
}
