import { POSITION_ENCODINGS } from '../shared/position-encoding.js';
import { anyObject, flag, listOf, objectOf, share, text, whole, type JsonSchema } from './json-schema.js';

/** Lines and columns are whole numbers from 1. */
const FURTHEST = 100_000_000;
const line = (description: string): JsonSchema => whole(description, 1, FURTHEST);
const count = (description: string): JsonSchema => whole(description, 0, Number.MAX_SAFE_INTEGER);

const SOURCE = text('Python source. With --root it may be left out: the file at `path` is read then.');
const PATH = text(
  'Names the source in messages, and says what it is by its ending. With --root: where it lies or would lie below ' +
  'that folder; settings and the nearest profile above it count.',
  { minLength: 1, maxLength: 4096 },
);
const PROFILE = text(
  'A profile file (as `nnfmt train` or /api/profile make it), in base64, in place of the nearest one.',
  { maxLength: 8_000_000, pattern: '^[A-Za-z0-9+/]*={0,2}$' },
);
const LINES = listOf(
  objectOf({ first: line('First line.'), last: line('Last line, not before the first.') }, ['first', 'last']),
  'Only statements on these lines, counted from 1.', { maxItems: 1000 },
);
const SOURCE_FIELDS = {
  text: SOURCE, path: PATH, profile: PROFILE,
  confidence: share('Change a gap only where the model is at least so sure.'),
};
const ENCODING = text('What offsets count: bytes, UTF-16 units or code points.', {
  enum: POSITION_ENCODINGS, default: 'utf-32',
});

export const formatRequest = objectOf({
  ...SOURCE_FIELDS, lines: LINES,
  restyle: flag("Lay it out anew in the project's style; takes a profile."),
});
const FORMATTED = {
  gaps: count('Gaps between tokens.'), gapsChanged: count('Those whose text changes.'),
  reverted: count('Statements left as they were because a proof failed.'),
  notUnderstood: listOf(line('First line.'), 'Statements that the grammar does not know; they are left as they are.'),
  otherStyle: anyObject('How the source follows another style than its project, where it does.'),
  habits: listOf(text('In words.'), 'What the source does throughout and other projects do not; it is left so.'),
};
const LEFT_OUT = flag('True: the project excludes this source, and nothing was done.');
export const formatAnswer = objectOf(
  {
    text: text('The source in its new layout.'), changed: flag('Whether that is another text.'), leftOut: LEFT_OUT,
    ...FORMATTED,
  },
  ['text', 'changed'],
);

export const checkRequest = formatRequest;
const deviation = {
  type: 'object',
  description: 'One gap that formatting would change. Columns count code points.',
  properties: {
    line: line('Where it shows.'), column: line('Where it shows.'), endLine: line('Where it ends.'),
    endColumn: line('Where it ends.'), before: text('Its text.'), after: text('The proposed text.'),
    message: text('Such as "expected 1 space, found 2".'), confidence: share('How sure the change is.'),
    edit: text('The class of the edit.'),
  },
  required: ['line', 'column', 'endLine', 'endColumn', 'before', 'after', 'message', 'confidence', 'edit'],
} as const satisfies JsonSchema;
export const checkAnswer = objectOf(
  {
    positionEncoding: text('What columns count.', { enum: ['utf-32'] }),
    deviations: listOf(deviation, 'In the order of the source.'), leftOut: LEFT_OUT, ...FORMATTED,
  },
  ['positionEncoding', 'deviations'],
);

export const explainRequest = objectOf({
  ...SOURCE_FIELDS, lines: LINES,
  all: flag('Explain every gap; without this and `lines`, those that would change.'),
});
export const explainAnswer: JsonSchema = {
  type: 'object',
  description: 'As `nnfmt explain --json`: offsets count code points.',
  properties: {
    positionEncoding: text('What offsets count.', { enum: ['utf-32'] }),
    gapCount: count('Gaps of the source.'), changeCount: count('Those that would change.'),
    lineCount: count('Lines of the source.'),
    gaps: listOf(anyObject(
      'One gap: `from`, `to`, `line`, `column`, `before`, `after` and the same in words, `changes`, `agreement`, ' +
      '`confidence`, `threshold`, `alternatives` with their probabilities, and `habits` of file and project.',
    ), 'In the order of the source.'),
  },
  required: ['positionEncoding', 'gaps', 'gapCount', 'changeCount', 'lineCount'],
};

export const scoreRequest = objectOf(
  { left: text('Python source.'), right: text('The same program in another layout.') }, ['left', 'right'],
);
const CLASS_FIGURES = objectOf({
  compared: count('Gaps.'), changed: count('Those that differ.'),
  exact: { type: ['number', 'null'], description: 'Share of the equal ones; null where there is none.' },
}, ['compared', 'changed', 'exact']);
export const scoreAnswer = objectOf({
  score: share('Mean similarity ratio of the gaps.'), exact: share('Share of the gaps that are equal.'),
  gaps: count('Gaps.'), compared: count('Gaps that could differ.'), changed: count('Gaps that differ.'),
  classes: { type: 'object', description: 'The same by class of gap.', additionalProperties: CLASS_FIGURES },
}, ['score', 'exact', 'gaps', 'compared', 'changed', 'classes']);

export const mutateRequest = objectOf({
  text: SOURCE, path: PATH, rate: share('Share of the gaps to spoil.', { default: 0.2 }),
  seed: whole('The same seed gives the same mutant.', 0, 0xffff_ffff, { default: 1 }),
});
export const mutateAnswer = objectOf({ text: text('The same program in a spoilt layout.') }, ['text']);

export const completeRequest = objectOf({
  prefix: text('The text before the cursor.'), suffix: text('The text behind it.', { default: '' }), path: PATH,
  document: text(
    'Names an open document: what its text has in common with the last one is not read again. Without it `path` does.',
    { minLength: 1, maxLength: 200 },
  ),
  count: whole('Suggestions at most.', 1, 20, { default: 3 }),
  maxTokens: whole('Longest suggestion.', 1, 200, { default: 40 }),
  minConfidence: share('Only suggestions that are right with this probability.', { default: 0 }),
  temperature: { type: 'number', minimum: 0, maximum: 10, default: 0, description: 'Above 0: draw suggestions.' },
  seed: whole('The same seed draws the same suggestions.', 0, 0xffff_ffff, { default: 1 }),
  model: text('One of /get_models; all that nnfmt has otherwise.', { minLength: 1, maxLength: 200 }),
  positionEncoding: ENCODING,
}, ['prefix']);
const suggestion = objectOf({
  text: text('What to put at the cursor.'), confidence: share('How likely it is right.'),
  source: text('Where most of it comes from.', { enum: ['file', 'project', 'corpus', 'network'] }),
  range: objectOf({ start: count('Offset.'), end: count('Offset.') }, ['start', 'end'], 'What it replaces.'),
}, ['text', 'confidence', 'source', 'range']);
export const completeAnswer = objectOf({
  positionEncoding: ENCODING, suggestions: listOf(suggestion, 'Best first; none in comments and strings.'),
}, ['positionEncoding', 'suggestions']);
export const streamRequest = objectOf({
  ...completeRequest.properties,
  lines: whole('Go on for so many lines with the best suggestion of each.', 1, 50, { default: 5 }),
}, ['prefix']);

export const eventAnswer = objectOf({
  event: text('Its name.', { enum: ['suggestions', 'line', 'done', 'error'] }), data: text('A JSON object.'),
}, ['event', 'data'], 'Each event.');

export const profileRequest = objectOf({
  files: listOf(
    objectOf({ path: text('Tells files apart.', { maxLength: 4096 }), text: text('Python source.') }, ['path', 'text']),
    'The sources of a project.', { minItems: 1, maxItems: 2000 },
  ),
  countsOnly: flag('Count layout only: seconds, and less is learned.'),
}, ['files']);
export const profileAnswer = objectOf({
  profile: text('A profile file, in base64: belongs into `.nnfmt/profile` of the project.'),
  files: count('Files that it was learned from.'), gaps: count('Their gaps.'),
  refused: listOf(text('A message.'), 'Files that do not parse.'), report: text('What was found, in words.'),
}, ['profile', 'files', 'gaps', 'refused', 'report']);

export const errorAnswer: JsonSchema = objectOf({
  error: text('What is wrong, in words.'), code: text('Stable, for programs.'),
  line: line('Where a source does not parse.'), column: line('In code points.'),
}, ['error', 'code']);

export const predictQuery: JsonSchema = {
  type: 'object',
  properties: {
    keyword: text('neural_complete: the text to go on from; "from " where it is missing.'),
    model: text('neural_complete: one of /get_models.'),
    text: text('PyCodeComplete: the text to go on from.'),
  },
};
export const resultsAnswer = objectOf({
  data: objectOf({ results: listOf(text('The line.'), 'Best first.') }, ['results']),
}, ['data']);
export const predictionsAnswer = objectOf({
  prediction_1: text('Best.'), prediction_2: text('Next; empty where there is none.'), prediction_3: text('Next.'),
}, ['prediction_1', 'prediction_2', 'prediction_3']);
