import type { Suggestion } from './suggestion.js';

/** A cursor in a text, and whatever else makes the question. Plain data. */
interface Question {
  readonly text: string;
  readonly offset: number;
}

/** What was asked last, and the answer. */
export interface Answered<Job extends Question> {
  readonly job: Job;
  readonly suggestions: readonly Suggestion[];
}

/**
 * What is left of suggestions when somebody types just what the best of them says: nothing is to be searched for then.
 *
 * @returns null where something else was typed, or anything else of the question has changed
 */
export function typedThrough<Job extends Question>(
  { job: before, suggestions }: Answered<Job>, job: Job,
): readonly Suggestion[] | null {
  const typed = job.text.slice(before.offset, job.offset);
  const best = suggestions[0]?.text ?? '';
  if (typed === '' || !best.startsWith(typed) || best.trimEnd() === typed) return null;
  const isSameText = job.text.length === before.text.length + typed.length &&
    job.text.startsWith(before.text.slice(0, before.offset)) && job.text.endsWith(before.text.slice(before.offset));
  if (!isSameText || beside(before) !== beside(job)) return null;
  return suggestions.filter(({ text }) => text.startsWith(typed) && text !== typed).map((suggestion) => ({
    ...suggestion, text: suggestion.text.slice(typed.length), range: { start: job.offset, end: job.offset },
  }));
}

/** What makes a question beside the text and the cursor. */
function beside(job: Question): string {
  const { text: _text, offset: _offset, ...others } = job;
  return JSON.stringify(others);
}
