/**
 * What programs may use, by name, with an example each; the test of the package runs them all. Texts go in and come
 * out: nothing here writes a file, and training code is loaded by `learnProfile` alone. Every fault is an `NnfmtError`
 * with a stable `code`.
 */

/**
 * One source, one answer. Without a path a source is laid out by its own habits, with one also by the nearest profile.
 *
 *     import { check, format } from 'nnfmt';
 *
 *     const source = 'total = price  *  count\n';
 *     const text = await format(source, { path: 'shop.py' });
 *     console.log(JSON.stringify(text)); // "total = price * count\n"
 *     for (const { line, column, message } of await check(source)) {
 *       console.log(`${line}:${column} ${message}`); // 1:14 expected 1 space, found 2
 *     } // 1:17 expected 1 space, found 2
 */
export { check, format, type FormatOptions } from './library/format.js';

/**
 * Many sources: grammar, model and profiles are loaded once, and each call answers at once.
 *
 *     import { createFormatter } from 'nnfmt';
 *
 *     const formatter = await createFormatter({ profilePath: null });
 *     const source = 'total = price  *  count\nrest = total  -  paid\n';
 *     const { text, changed } = formatter.format(source, { lines: [{ first: 1, last: 1 }] });
 *     console.log(changed, JSON.stringify(text)); // true "total = price * count\nrest = total  -  paid\n"
 *     console.log(formatter.check(text).length); // 2
 */
export { createFormatter } from './format/create-formatter.js';
export { type Deviation } from './format/deviation.js';
export { type EditClass } from './format/edit-classes.js';
export { type FormatRequest, type FormatResult, type Formatter, type FormatterOptions } from './format/formatter.js';
export { type OtherStyle } from './format/style-difference.js';
export { type LineRange } from './shared/line-ranges.js';

/**
 * The settings of a project, as options for the functions above.
 *
 *     import { format, resolveConfig } from 'nnfmt';
 *
 *     const path = 'project/shop.py'; // where pyproject.toml says: [tool.nnfmt] confidence = 1
 *     const config = await resolveConfig(path);
 *     console.log(config); // { confidence: 1 }
 *     console.log((await format('x=1\n', { ...config, path })) === 'x=1\n'); // true
 */
export { resolveConfig } from './library/resolve-config.js';

/**
 * What may come next at a cursor, best first. One completer serves the open documents of a project.
 *
 *     import { createCompleter } from 'nnfmt';
 *
 *     const project = [{ path: '/shop/price.py', text: 'def total(self):\n    pass\n' }];
 *     const completer = await createCompleter({ project });
 *     const text = 'import os\n\nfor name in os.listdir(path):\n    print(name)\nfor name in os.';
 *     const [first] = await completer.complete({ text, offset: text.length, count: 3 });
 *     console.log(first.text); // listdir(path):
 */
export { createCompleter } from './library/create-completer.js';
export { type Completer, type CompleterOptions } from './library/completer.js';
export { type CompletionRequest, type Suggestion, type SuggestionSource } from './complete/suggestion.js';
export { type Abortable } from './shared/abortable.js';
export { type NamedSource } from './shared/named-source.js';

/**
 * A mutant: the same program, spoilt layout. With `score`, a way to measure any formatter.
 *
 *     import { format, mutate, score } from 'nnfmt';
 *
 *     const original = 'def area(width, height):\n    return width * height\n';
 *     const mutant = await mutate(original, { rate: 0.5, seed: 1 });
 *     console.log(mutant === original, (await score(original, mutant)).score < 1); // false true
 *     console.log((await score(original, await format(mutant))).exact > 0.9); // true
 */
export { mutate, type MutateOptions } from './library/mutate.js';
export { score, type ScoreOptions } from './library/score.js';
export { type GapClass, type ScoreFigures } from './score/score-figures.js';

/**
 * How alike two pieces of layout are, 1 for equal ones; and a patch of two texts, as `git diff` prints it.
 *
 *     import { similarityRatio, unifiedDiff } from 'nnfmt';
 *
 *     console.log(similarityRatio('\n    ', '\n  ')); // 0.75
 *     const patch = unifiedDiff({ before: 'x=1\n', after: 'x = 1\n', beforeName: 'a/x.py', afterName: 'b/x.py' });
 *     console.log(patch.split('\n')[2]); // @@ -1 +1 @@
 */
export { similarityRatio } from './score/similarity-ratio.js';
export { unifiedDiff, type DiffOptions } from './format/unified-diff.js';

/**
 * A project's style, as `nnfmt train` learns it. The bytes belong into the file at `path`, and that into the project.
 *
 *     import { mkdir, writeFile } from 'node:fs/promises';
 *     import { dirname } from 'node:path';
 *     import { learnProfile } from 'nnfmt';
 *
 *     const learned = await learnProfile(['project'], { countsOnly: true });
 *     if (learned !== null) {
 *       await mkdir(dirname(learned.path), { recursive: true });
 *       await writeFile(learned.path, learned.bytes);
 *       console.log(learned.files, learned.refused.length); // 3 0
 *     }
 */
export { learnProfile, type LearnedProfile, type LearnOptions } from './library/learn-profile.js';

/**
 * Faults. Those of what was handed in are `UserError`s: a source that does not parse, an option that cannot be.
 *
 *     import { BadOptionError, check, NnfmtError, SyntaxRefusedError } from 'nnfmt';
 *
 *     const fault = await check('f(\n').catch((error) => error);
 *     console.log(fault instanceof NnfmtError, fault instanceof SyntaxRefusedError); // true true
 *     console.log(fault.code, fault.line, fault.column); // SYNTAX_REFUSED 1 2
 *     console.log((await check('x\n', { confidence: 7 }).catch((error) => error)) instanceof BadOptionError); // true
 */
export {
  BadOptionError,
  FileReadError,
  FileWriteError,
  InternalError,
  MissingBackendError,
  ModelFileError,
  NnfmtError,
  NoProfileError,
  NoWebAssemblyError,
  NotEquivalentError,
  OverBudgetError,
  SourceReadError,
  SourceWriteError,
  SyntaxRefusedError,
  TokensDifferError,
  UserError,
  type ErrorCode,
  type FileReadReason,
  type SourceReadReason,
  type SourceWriteReason,
  type TokenSite,
} from './errors.js';
