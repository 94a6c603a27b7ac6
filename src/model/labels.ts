/** The old names of `layout-classes.ts`, for those who still use them. */
import { Anchor, classesWhere, layoutClass } from './layout-classes.js';
export {
  CLASSES_OF_ROLE as LABELS_OF_ROLE, CLASS_COUNT as LABEL_COUNT, DECISIONS, DECISION_OF_CLASS as DECISION_OF_LABEL, KEEP,
  LAYOUT_CLASSES as LABELS, NONE, SPACE, TWO_SPACES, UNDECIDED, breaks, keepSteadiest, layoutClass as label,
  type LayoutClassName as LabelName,
} from './layout-classes.js';
export const LINES_1 = layoutClass('lines-1');
export const OWN_STEP_1 = layoutClass('own-step-1');
export const PREVIOUS_LEVEL_1 = classesWhere(({ anchor }) => anchor === Anchor.PreviousBlock)[0]!;
export const FIRST_BACKSLASH = layoutClass('backslash-statement');
export const FIRST_BRACKET_BREAK = layoutClass('after-bracket');
