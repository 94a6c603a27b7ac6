import { refuseForeignCoding } from '../corpus/index.js';
import { NoProfileError, SyntaxRefusedError } from '../errors.js';
import { explainSource } from '../format/explain-source.js';
import { explainText } from '../format/explanation-words.js';
import {
  formatSource, type Deviation, type FormatPolicy, type FormatRequest, type FormatResult,
} from '../format/index.js';
import { ProjectLayout, type LayoutRules } from '../library/project-layout.js';
import { withinBudget } from '../shared/budget.js';
import type { LineRange } from '../shared/line-ranges.js';
import { createTokenizer, findDifference, parserReady, withStructure, type Tokenizer } from '../tokenize/index.js';
import { faultOf } from './fault.js';
import { hoverWords } from './hover-words.js';
import { applyEdits, layoutEdits, type LayoutEdit } from './layout-edits.js';
import type { FoundDeviation, LayoutAnswer, LayoutJob, LayoutSource } from './layout-jobs.js';
import { SourceDocument } from './source-document.js';
import { typedCandidates } from './typed-line.js';

/** What a document may take where neither editor nor project says anything: people wait. */
const DEFAULT_SECONDS = 15;

/** What formatting made of a text, kept for what is asked next about the same one. */
interface Checked {
  readonly text: string;
  readonly policy: FormatPolicy;
  readonly result: FormatResult;
}

/** Answers what editors ask about layout. It runs in a thread of its own, so that it may take its time. */
export class LayoutService {
  private readonly project = new ProjectLayout({ seconds: DEFAULT_SECONDS, exclusions: 'all' });
  private tokenizer: Tokenizer | null = null;
  private checked: Checked | null = null;

  /** Loads grammar and built-in model, so that the first answer finds them. */
  async warmUp(): Promise<void> {
    const settings = { model: null, profile: null, confidence: null, maxSeconds: null, maxMemory: null };
    await this.answer({ source: { path: null, text: 'x = 1\n', isCell: false, settings }, task: { kind: 'format' } });
  }

  /**
   * @throws SyntaxRefusedError for a text that does not parse
   * @throws SourceReadError for a coding line that names what nnfmt does not read
   * @throws NnfmtError for settings, models and profiles that cannot be used, and a text that takes too much
   */
  async answer({ source, task }: LayoutJob): Promise<LayoutAnswer> {
    const rules = this.project.rulesFor(source);
    if (task.kind === 'status') return statusOf(rules);
    if (rules === null) return { kind: 'left-out' };
    this.tokenizer ??= await createTokenizer();
    await parserReady();
    const work = new SourceWork(source, rules, this.tokenizer, this.checked);
    const answer = withinBudget({
      path: work.name, budget: rules.budget, now: () => performance.now(),
    }, (): LayoutAnswer => {
      switch (task.kind) {
        case 'format':
          return edits(work.format(task));
        case 'format-typed':
          return edits(work.formatTyped(task.line));
        case 'check':
          return { kind: 'deviations', deviations: work.deviations() };
        case 'fix':
          return edits(work.fix(task.deviation));
        case 'hover':
          return work.hover(task.offset);
        case 'explain':
          return { kind: 'words', words: work.explain(task.lines), start: 0, end: 0 };
      }
    });
    this.checked = work.checked;
    return answer;
  }
}

const edits = (list: readonly LayoutEdit[]): LayoutAnswer => ({ kind: 'edits', edits: list });

function statusOf(rules: LayoutRules | null): LayoutAnswer {
  if (rules === null) return { kind: 'left-out' };
  const path = rules.profilePath;
  if (path === null) return { kind: 'status', state: 'none', path, message: null };
  try {
    rules.policy();
    return { kind: 'status', state: 'found', path, message: null };
  } catch (cause) {
    return { kind: 'status', state: 'unusable', path, message: faultOf(cause).message };
  }
}

/** One text, and what is done with it. */
class SourceWork {
  readonly name: string;
  private readonly bom: string;
  /** The text as a file has it: without a byte order mark, with a line end where a cell has none. */
  private readonly body: string;
  private readonly added: number;
  private readonly policy: FormatPolicy;

  constructor(
    source: LayoutSource,
    rules: LayoutRules,
    private readonly tokenizer: Tokenizer,
    public checked: Checked | null,
  ) {
    const { text, path, isCell } = source;
    this.name = path ?? 'this document';
    // What a cell says of its coding counts nowhere.
    if (!isCell) refuseForeignCoding(text, this.name);
    this.bom = text.startsWith('\uFEFF') ? '\uFEFF' : '';
    const body = text.slice(this.bom.length);
    this.added = isCell && body !== '' && !/[\r\n]$/u.test(body) ? 1 : 0;
    this.body = this.added === 1 ? `${body}\n` : body;
    this.policy = rules.policy();
  }

  format(request: { readonly lines?: readonly LineRange[]; readonly restyle?: boolean }): LayoutEdit[] {
    const { lines, restyle = false } = request;
    if (restyle && this.policy.project === null) throw new NoProfileError({ path: this.name });
    if (lines === undefined && !restyle) {
      // Deviations that were shown already come with the text that has none.
      return this.editsTo(this.known()?.text ?? this.run({}).text);
    }
    return this.editsTo(this.run({ ...(lines === undefined ? {} : { lines }), restyle }).text);
  }

  /** Edits of the line that was just ended, where it can be told what they are: none adds or removes a line. */
  formatTyped(line: number): LayoutEdit[] {
    const place = new SourceDocument('', 0, this.body, 'utf-16');
    const end = place.lineEnd(line - 1);
    for (const candidate of typedCandidates(place, line - 1)) {
      try {
        const { text } = this.run({ lines: [{ first: line, last: line }] }, candidate);
        return layoutEdits(candidate, text)
          .filter((edit) => edit.end <= end && lineEnds(edit.text) === lineEnds(candidate.slice(edit.start, edit.end)))
          .map((edit) => this.moved(edit));
      } catch (cause) {
        if (!(cause instanceof SyntaxRefusedError)) throw cause;
      }
    }
    return [];
  }

  deviations(): FoundDeviation[] {
    const { result } = this.check();
    const place = new SourceDocument('', 0, this.body, 'utf-32');
    const offset = (line: number, column: number): number => {
      const at = place.offsetAt({ line: line - 1, character: column - 1 });
      return Math.min(this.body.length - this.added, at) + this.bom.length;
    };
    return this.shown(result).map(({ line, column, endLine, endColumn, message, confidence }) => ({
      start: offset(line, column), end: offset(endLine, endColumn), message, confidence,
    }));
  }

  /** The edit of one gap, or of the lines around it where it alone would not keep the program. */
  fix(index: number): LayoutEdit[] {
    const { result } = this.check();
    const deviation = this.shown(result)[index];
    if (deviation === undefined) return [];
    const all = layoutEdits(this.body, result.text);
    if (all.length === result.deviations!.length) {
      const edit = all[result.deviations!.indexOf(deviation)];
      if (this.isProven(applyEdits(this.body, [edit]))) return [this.moved(edit)];
    }
    return this.editsTo(this.run({ lines: [{ first: deviation.line, last: deviation.endLine }] }).text);
  }

  hover(offset: number): LayoutAnswer {
    const at = offset - this.bom.length;
    const place = new SourceDocument('', 0, this.body, 'utf-16');
    const line = place.lineAt(at) + 1;
    const { gaps } = this.explanation({ first: line, last: line + 1 });
    const around = gaps.filter(({ from, to }) => from <= at && at <= to);
    // Of what stays, only whitespace itself is spoken of: other servers have more to say of words.
    const gap = around.find(({ changes }) => changes) ?? around.find(({ from, to }) => from <= at && at < to);
    if (gap === undefined || at >= this.body.length) return { kind: 'words', words: null, start: 0, end: 0 };
    return {
      kind: 'words', words: hoverWords(gap), start: gap.from + this.bom.length,
      end: Math.min(gap.to, this.body.length - this.added) + this.bom.length,
    };
  }

  explain(lines: LineRange): string {
    return explainText(this.explanation(lines), { lines, color: false });
  }

  private explanation(lines: LineRange): ReturnType<typeof explainSource> {
    return explainSource(this.tokenizer, this.policy, this.body, this.name, { gaps: [lines] });
  }

  private run(request: Omit<FormatRequest, 'path'>, text = this.body): FormatResult {
    return formatSource(this.tokenizer, this.policy, text, this.name, request);
  }

  private known(): FormatResult | null {
    const { checked } = this;
    return checked !== null && checked.text === this.body && checked.policy === this.policy ? checked.result : null;
  }

  private check(): { readonly result: FormatResult } {
    const result = this.known() ?? this.run({ deviations: true });
    this.checked = { text: this.body, policy: this.policy, result };
    return { result };
  }

  /** All but what is only wrong with the line end that a cell was given. */
  private shown(result: FormatResult): readonly Deviation[] {
    const [withoutEnd, cell] = [this.body.length - this.added, this.added === 1];
    if (!cell) return result.deviations!;
    const all = layoutEdits(this.body, result.text);
    if (all.length !== result.deviations!.length) return result.deviations!;
    return result.deviations!.filter((_, k) => all[k].start < withoutEnd);
  }

  private isProven(text: string): boolean {
    try {
      const [before, after] = [this.body, text].map((each) =>
        withStructure(this.tokenizer.tokenize(each, this.name)));
      return findDifference(before, after) === null;
    } catch (cause) {
      if (cause instanceof SyntaxRefusedError) return false;
      throw cause;
    }
  }

  private editsTo(text: string): LayoutEdit[] {
    const wanted = this.added === 1 ? text.replace(/(?:\r\n|\r|\n)$/u, '') : text;
    return layoutEdits(this.body.slice(0, this.body.length - this.added), wanted).map((edit) => this.moved(edit));
  }

  private moved({ start, end, text }: LayoutEdit): LayoutEdit {
    return { start: start + this.bom.length, end: end + this.bom.length, text };
  }
}

const lineEnds = (text: string): number => text.match(/\r\n|\r|\n/gu)?.length ?? 0;
