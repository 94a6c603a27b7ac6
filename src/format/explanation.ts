import type { LineRange } from '../shared/line-ranges.js';
import type { EditClass } from './edit-classes.js';

/** What formatting says of a gap; `explain-source.ts` finds it out. */

/** A layout that was considered in a gap. */
export interface ExplainedAlternative {
  /** With LF line ends. */
  readonly text: string;
  readonly words: string;
  /** Layout classes that render it. */
  readonly classes: readonly string[];
  readonly probability: number;
}

/**
 * Why a gap stays although another text is likelier: a comment says so, its group stays, doubt, or a later pass or the
 * proof took it back.
 */
export type Abstention = 'pinned' | 'group' | 'unsure' | 'undone';

/**
 * Whose layout counted as evidence: the file's own, a profile of the project beside it, or, where a source is laid out
 * anew, the project's.
 */
export type Authority = 'file' | 'project';

export interface GapExplanation {
  readonly gap: number;
  /**
   * Where the gap begins in the source, as a UTF-16 offset and as line and column from 1 (in code points); and
   * where it ends.
   */
  readonly from: number;
  readonly to: number;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  /** The tokens around it, shortened, U+FFFD for what would mislead on a terminal; null at the ends of the file. */
  readonly left: string | null;
  readonly right: string | null;
  /** The construct that holds both, such as "assignment". */
  readonly inside: string;
  /** Today's and the proposed text, with LF line ends, and in words. */
  readonly before: string;
  readonly after: string;
  readonly beforeWords: string;
  readonly afterWords: string;
  readonly changes: boolean;
  /** "expected 1 space, found 2", where it changes. */
  readonly message: string | null;
  /** What the model gives to today's text. */
  readonly agreement: number;
  /** How sure the likeliest other text is, and what is needed to act on it. */
  readonly confidence: number;
  readonly threshold: number;
  readonly edit: EditClass;
  readonly abstention: Abstention | null;
  readonly authority: Authority;
  /** The kind of group that the gap was decided with; null where it was decided alone. */
  readonly group: GroupKind | null;
  /** The likeliest four. */
  readonly alternatives: readonly ExplainedAlternative[];
  /** What file and project do in such gaps. */
  readonly habits: readonly GapHabit[];
}

export interface Explanation {
  readonly path: string;
  readonly gaps: readonly GapExplanation[];
  /** Gaps of the file, and those that formatting would change. */
  readonly gapCount: number;
  readonly changeCount: number;
  readonly lineCount: number;
  /** Whether a profile said what the project does. */
  readonly hasProfile: boolean;
  /** First lines of the statements that the grammar does not know; they are left as they are. */
  readonly notUnderstood: readonly number[];
}

export interface ExplainRequest {
  /** Which gaps: those that would change, those on some lines, or all. */
  readonly gaps: 'changes' | 'all' | readonly LineRange[];
  /** Explains what laying it out anew does, as `--restyle` would. */
  readonly restyle?: boolean;
  /**
   * Other files of the project, nearest first, to name examples from; read only where a profile says what the project
   * does.
   */
  readonly examples?: readonly ExampleSource[];
}

/** Explains what formatting does. Synchronous once it is made. */
export interface Explainer {
  /** @throws SyntaxRefusedError when the source does not parse as Python */
  explain(text: string, options: { path: string } & ExplainRequest): Explanation;
}

/** What gaps are decided together: see `groups/verdict.ts`. */
export type GroupKind = 'operator' | 'separator' | 'pads' | 'column' | 'table' | 'comments' | 'habit';

/** What was counted of the gaps that stand between the same kinds of tokens in the same kind of node. */
export interface GapHabit {
  readonly scope: 'file' | 'project';
  /**
   * Counted gaps; in the file without the gap itself. Those of the project are scaled by the profile, so that only
   * their shares mean something.
   */
  readonly total: number;
  /** Most frequent first. */
  readonly counts: readonly HabitCount[];
}

export interface HabitCount {
  /** "1 space", "2 blank lines". */
  readonly words: string;
  readonly count: number;
  /** True for what the proposed text is one of. */
  readonly proposed: boolean;
  /** Lines of the file where it stands so, nearest first. */
  readonly lines: readonly number[];
  /** Places in other files of the project where it stands so. */
  readonly places: readonly ExamplePlace[];
}

/** Where a gap stands in another file. */
export interface ExamplePlace {
  readonly path: string;
  /** Of the token behind the gap, from 1. */
  readonly line: number;
}

/** One source of the project, read when it is needed. */
export interface ExampleSource {
  readonly path: string;
  /** @throws NnfmtError where it cannot be read; it is then passed over */
  readonly read: () => string;
}
