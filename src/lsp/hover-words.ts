import { between, explainGap } from '../format/explanation-words.js';
import type { GapExplanation } from '../format/explain-source.js';

/** What there is to say of a gap, as Markdown. Lines of a source stand in it as text, whatever they hold. */
export function hoverWords(gap: GapExplanation): string {
  const title = gap.changes ? gap.message! : `${gap.beforeWords}, which stays`;
  const lines = [between(gap), ...explainGap(gap)].map((line) => line.replaceAll('`', "'"));
  return [`**nnfmt**: ${title}`, '', '```text', ...lines, '```'].join('\n');
}
