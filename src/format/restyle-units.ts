import { fileUnits, type FileUnits } from '../model/block-indents.js';
import type { ObservedLayout } from '../model/observed-layout.js';
import type { SourceContext } from '../model/source-context.js';
import type { FormatPolicy } from './format-policy.js';

/** Share of the gaps hidden from which on what is shown says nothing of the file's unit. */
const MOST_HIDDEN = 0.9;

/** The unit and hanging step by which gaps are laid out anew; `hidden` has 1 for each of these. */
export function restyleUnits(
  context: SourceContext, input: ObservedLayout, policy: FormatPolicy, hidden: Uint8Array,
): FileUnits {
  return share(hidden) > MOST_HIDDEN ? projectUnits(input, policy) : shownUnits(context, input, policy, hidden);
}

/** The project's unit and hanging step, for a file that is laid out anew as a whole. */
function projectUnits(input: ObservedLayout, policy: FormatPolicy): FileUnits {
  const unit = policy.unit ?? input.unit;
  return { unit, hang: policy.hang ?? (input.hang === input.unit ? unit : input.hang) };
}

/** The unit and hanging step of the lines that are not laid out anew. */
function shownUnits(
  context: SourceContext,
  input: ObservedLayout,
  policy: FormatPolicy,
  hidden: Uint8Array,
): FileUnits {
  const steps = input.steps.map((step, k) => (hidden[context.blocks[k].gap] === 1 ? null : step));
  return fileUnits(context.structured, steps, input.gaps.map((gap, i) => (hidden[i] === 1 ? '' : gap)), policy.unit);
}

function share(bits: Uint8Array): number {
  let count = 0;
  for (const bit of bits) count += bit;
  return count / Math.max(1, bits.length);
}
