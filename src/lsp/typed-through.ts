import type { Suggestion } from '../complete/suggestion.js';
import type { CompletionJob } from './completion-jobs.js';

/** What was asked last, and the answer. */
export interface Answered {
  readonly job: CompletionJob;
  readonly suggestions: readonly Suggestion[];
}

/**
 * What is left of suggestions when somebody types just what the best of them says: nothing is to be searched for then.
 *
 * @returns null where something else was typed, or anything else has changed
 */
export function typedThrough({ job: before, suggestions }: Answered, job: CompletionJob): readonly Suggestion[] | null {
  const typed = job.text.slice(before.offset, job.offset);
  const isSameQuestion = typed !== '' && job.path === before.path && job.profile === before.profile &&
    job.count === before.count && job.minConfidence === before.minConfidence;
  const best = suggestions[0]?.text ?? '';
  if (!isSameQuestion || !best.startsWith(typed) || best.trimEnd() === typed) return null;
  const isSameText = job.text.length === before.text.length + typed.length &&
    job.text.startsWith(before.text.slice(0, before.offset)) && job.text.endsWith(before.text.slice(before.offset));
  if (!isSameText) return null;
  return suggestions.filter(({ text }) => text.startsWith(typed) && text !== typed).map((suggestion) => ({
    ...suggestion, text: suggestion.text.slice(typed.length), range: { start: job.offset, end: job.offset },
  }));
}
