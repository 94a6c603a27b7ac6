import { createHash } from 'node:crypto';
import { refuseForeignCoding } from '../corpus/index.js';
import { documentKind, formatDocument, openDocument, programOf } from '../embedded/index.js';
import { ModelFileError, NoProfileError } from '../errors.js';
import { explainSource } from '../format/explain-source.js';
import {
  formatSource, withProfile, type FormatPolicy, type FormatRequest, type FormatResult,
} from '../format/index.js';
import {
  ProjectLayout, remembered, type LayoutRules, type ProjectLayoutOptions, type SettledSource,
} from '../library/project-layout.js';
import { mutateSource } from '../mutate/index.js';
import { decodeProfile } from '../profile/index.js';
import { scoreFiles, scoreFigures } from '../score/index.js';
import { withinBudget } from '../shared/budget.js';
import { createTokenizer, parserReady, type Tokenizer } from '../tokenize/index.js';
import type { FormattedText, GivenSource, TextAnswer, TextJob } from './text-jobs.js';
import type { JobCourse } from './service-thread.js';

/** Answers what programs ask about texts. It runs in a thread of its own, which can be ended. */
export class TextService {
  private readonly project: ProjectLayout;
  private tokenizer: Tokenizer | null = null;
  /** Policies of profiles that came with a request, by what they are made of. */
  private readonly given = new Map<string, FormatPolicy>();

  constructor(options: ProjectLayoutOptions) {
    this.project = new ProjectLayout(options);
  }

  /** Loads grammar and built-in model, so that the first answer finds them. */
  async warmUp(): Promise<void> {
    const settings = { model: null, profile: null, confidence: null, maxSeconds: null, maxMemory: null };
    const source = { text: 'x = 1\n', name: '<source>', path: null, settings };
    await this.answer({ kind: 'format', source }, { onAllowed: () => undefined });
  }

  /**
   * @throws SyntaxRefusedError for a text that does not parse
   * @throws SourceReadError for a coding line that names what nnfmt does not read
   * @throws NnfmtError for settings, models and profiles that cannot be used, and a text that takes too much
   */
  async answer(job: TextJob, { onAllowed }: Pick<JobCourse, 'onAllowed'>): Promise<TextAnswer> {
    const source = job.kind === 'score' ? job.left : job.source;
    const rules = this.project.rulesFor(source satisfies SettledSource);
    if (rules === null) return { kind: 'left-out' };
    for (const { name, text } of job.kind === 'score' ? [job.left, job.right ?? job.left] : [source]) {
      // What a cell or a block says of its coding counts nowhere.
      if (documentKind(name, rules.markdown) === null) refuseForeignCoding(text, name);
    }
    onAllowed(rules.budget.seconds);
    const tokenizer = (this.tokenizer ??= await createTokenizer());
    await parserReady();
    return withinBudget({ path: source.name, budget: rules.budget, now: () => performance.now() }, () => {
      switch (job.kind) {
        case 'format':
          return { kind: 'format', result: this.format(tokenizer, rules, job) };
        case 'explain':
          return { kind: 'explain', explanation: this.explain(tokenizer, rules, job) };
        case 'score': {
          const { left } = job;
          const right = job.right ??
            { name: left.name, text: this.format(tokenizer, rules, { kind: 'format', source: left }).text };
          const [a, b] = [left, right]
            .map(({ name, text }) => ({ path: name, text: programOf(name, bare(text).body) }));
          return { kind: 'score', figures: scoreFigures(scoreFiles(tokenizer, a, b)) };
        }
        case 'mutate': {
          const { bom, body } = bare(source.text);
          const { rate, seed } = job;
          return { kind: 'mutate', text: bom + mutateSource(tokenizer, body, { rate, seed, path: source.name }) };
        }
      }
    });
  }

  private format(
    tokenizer: Tokenizer, rules: LayoutRules, job: Extract<TextJob, { kind: 'format' }>,
  ): FormattedText {
    const { source, lines, restyle = false, deviations = false } = job;
    const { name } = source;
    const policy = this.policyOf(source, rules);
    if (restyle && policy.project === null) throw new NoProfileError({ path: name });
    const { bom, body } = bare(source.text);
    const request = { restyle, deviations, ...(lines === undefined ? {} : { lines }) };
    const formatter = {
      format: (text: string, { path: _path, ...more }: FormatRequest = {}): FormatResult =>
        formatSource(tokenizer, policy, text, name, more),
    };
    const kind = documentKind(name, rules.markdown);
    if (kind === null) return answerOf(bom, formatter.format(body, request));
    const document = openDocument(kind, body, name);
    const { notUnderstood, ...result } = formatDocument({ document, text: body, path: name, formatter, request });
    return answerOf(bom, { ...result, notUnderstood: notUnderstood.map(({ line }) => line) });
  }

  private explain(
    tokenizer: Tokenizer, rules: LayoutRules, { source, gaps }: Extract<TextJob, { kind: 'explain' }>,
  ): ReturnType<typeof explainSource> {
    return explainSource(tokenizer, this.policyOf(source, rules), bare(source.text).body, source.name, { gaps });
  }

  /** @throws ModelFileError for a profile that cannot be used */
  private policyOf({ profile }: GivenSource, rules: LayoutRules): FormatPolicy {
    if (profile === undefined) return rules.policy();
    const base = rules.base();
    const key = `${createHash('sha256').update(profile).digest('hex')} ${base.digest} ${base.confidence}`;
    return remembered(this.given, key, () => {
      const path = 'profile';
      const decoded = decodeProfile(profile, { path, baseModel: base.digest });
      try {
        return withProfile(base, decoded);
      } catch (cause) {
        if (!(cause instanceof RangeError)) throw cause;
        const reason = `the profile does not fit the base model (${cause.message})`;
        throw new ModelFileError({ path, reason, advice: 'Learn it again.', cause });
      }
    });
  }
}

/** A text without its byte order mark. */
function bare(text: string): { readonly bom: string; readonly body: string } {
  return text.startsWith('\uFEFF') ? { bom: '\uFEFF', body: text.slice(1) } : { bom: '', body: text };
}

function answerOf(
  bom: string, result: Omit<FormattedText, 'text'> & { readonly text: string },
): FormattedText {
  const { text, changed, gaps, gapsChanged, reverted, notUnderstood, otherStyle, habits, deviations } = result;
  return {
    text: bom + text, changed, gaps, gapsChanged, reverted, notUnderstood,
    ...(otherStyle === undefined ? {} : { otherStyle }), ...(habits === undefined ? {} : { habits }),
    ...(deviations === undefined ? {} : { deviations }),
  };
}
