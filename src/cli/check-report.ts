import type { OptionsFor } from '../options/index.js';
import type { OtherStyle } from '../format/style-difference.js';
import { percent } from '../shared/percent.js';
import { shownJson, shownName } from '../shared/quote-name.js';
import { EXIT_DIFFERS, EXIT_FAILED, EXIT_FINE, wantsColor, type CliContext } from './context.js';
import type { PlacedDeviation } from '../embedded/format-document.js';
import type { FileOutcome, StatementPlace } from './format-file.js';
import { faultPlace } from './fault-place.js';
import { gitlabReport } from './gitlab.js';
import { junitReport } from './junit.js';
import { KeptHabits } from './kept-habits.js';
import { leftOutWords } from './left-out-words.js';
import { notUnderstoodLines } from './not-understood.js';
import { otherStyleLine } from './other-style-line.js';
import { RepeatedFaults } from './repeated-faults.js';
import { sarifLog } from './sarif.js';
import type { SelectedFiles } from './select-files.js';

/** A deviation and the file it is in. */
export interface FoundDeviation extends PlacedDeviation {
  readonly path: string;
}

/** A file that could not be checked. */
export interface CheckFault {
  /** Null where the fault is not that of one file. */
  readonly path: string | null;
  readonly message: string;
}

/** A statement that the grammar does not know, and which was left as it is. */
export interface StatementNotUnderstood extends StatementPlace {
  readonly path: string;
}

/**
 * Prints deviations in the format asked for and decides the exit code. Deviations go to
 * stdout; faults and the summary go to stderr, so that stdout can be piped.
 */
export class CheckReport {
  private readonly context: Pick<CliContext, 'stdout' | 'stderr' | 'env'>;
  private readonly options: Pick<OptionsFor<'check'>, 'outputFormat' | 'quiet'>;
  private readonly paths: string[] = [];
  private readonly found: FoundDeviation[] = [];
  private readonly faults: CheckFault[] = [];
  private readonly notUnderstood: StatementNotUnderstood[] = [];
  private readonly otherStyles: { readonly path: string; readonly share: number }[] = [];
  private readonly repeated = new RepeatedFaults();
  private readonly habits = new KeptHabits();
  private count = 0;
  private files = 0;
  private deviatingFiles = 0;
  private whyNone: string | undefined;
  private leftOut = { files: 0, repositories: 0 };

  constructor(
    context: Pick<CliContext, 'stdout' | 'stderr' | 'env'>,
    options: Pick<OptionsFor<'check'>, 'outputFormat' | 'quiet'>,
  ) {
    this.context = context;
    this.options = options;
  }

  addSearch(found: SelectedFiles): void {
    for (const notice of found.notices) this.tell(`warning: ${notice}`);
    for (const error of found.errors) this.addFault({ path: error.path, message: error.message });
    this.leftOut = { ...found.leftOut };
    if (found.files.length === 0 && found.errors.length === 0) this.whyNone = found.whyNone;
  }

  add(outcome: FileOutcome): void {
    if (outcome.kind === 'left-out') {
      this.leftOut.files++;
      return;
    }
    this.files++;
    this.paths.push(outcome.path);
    if (outcome.kind === 'failed') {
      this.addFault({ path: outcome.path, message: outcome.error ?? `${shownName(outcome.path)}: failed` });
      return;
    }
    this.addNotUnderstood(outcome.path, outcome.notUnderstood ?? []);
    if (outcome.otherStyle !== undefined) this.addOtherStyle(outcome.path, outcome.otherStyle);
    this.habits.add(outcome.habits);
    const deviations = outcome.deviations ?? [];
    if (deviations.length === 0) return;
    this.deviatingFiles++;
    this.count += deviations.length;
    for (const deviation of deviations) {
      const isCellShown = ['text', 'json'].includes(this.options.outputFormat) || deviation.cell === undefined;
      const found = { path: outcome.path, ...deviation, ...(isCellShown ? {} : { message: inCell(deviation) }) };
      if (this.options.outputFormat === 'text') this.print(this.textLine(found));
      else if (this.options.outputFormat === 'github') this.print(githubLine(found));
      else this.found.push(found);
    }
  }

  /** Prints what can only be printed whole, and the summary; the exit code. */
  finish(): number {
    const { outputFormat } = this.options;
    for (const line of this.repeated.summary()) this.context.stderr.write(`error: ${line}\n`);
    if (outputFormat === 'json') {
      const { files, errors } = { files: this.files, errors: this.faults };
      const deviations = this.found.map(jsonDeviation);
      const notUnderstood = this.notUnderstood;
      this.print(shownJson({
        files, positionEncoding: 'utf-32', deviations, notUnderstood, otherStyles: this.otherStyles, errors,
      }));
    }
    if (outputFormat === 'gitlab') this.print(shownJson(gitlabReport(this.found, this.faults, this.notUnderstood)));
    if (outputFormat === 'junit') this.print(junitReport(this.paths, this.found, this.faults));
    if (outputFormat === 'sarif') this.print(shownJson(sarifLog(this.found, this.faults, this.notUnderstood)));
    this.tell(this.whyNone ?? this.summary());
    for (const line of [this.habits.line(), leftOutWords(this.leftOut)]) if (line !== null) this.tell(line);
    if (this.faults.length > 0) return EXIT_FAILED;
    return this.count > 0 ? EXIT_DIFFERS : EXIT_FINE;
  }

  private summary(): string {
    const failed = this.faults.length === 0 ? '' : ` ${plural(this.faults.length, 'file')} could not be checked.`;
    return this.count === 0
      ? `No deviations in ${plural(this.files - Math.min(this.files, this.faults.length), 'file')}.${failed}`
      : `${plural(this.count, 'deviation')} in ${this.deviatingFiles} of ${plural(this.files, 'file')}.${failed}`;
  }

  private addNotUnderstood(path: string, places: readonly StatementPlace[]): void {
    for (const line of notUnderstoodLines(path, places)) this.tell(line);
    for (const place of places) {
      const { line } = place;
      if (this.options.outputFormat === 'github') {
        this.print(`::notice file=${githubProperty(path)},line=${line}::not understood, left as it is`);
      }
      this.notUnderstood.push({ path, ...place });
    }
  }

  private addOtherStyle(path: string, otherStyle: OtherStyle): void {
    const line = otherStyleLine(path, otherStyle);
    this.tell(line);
    if (this.options.outputFormat === 'github') {
      this.print(`::notice file=${githubProperty(path)}::${githubText(line)}`);
    }
    this.otherStyles.push({ path, share: rounded(otherStyle.share) });
  }

  private addFault(fault: CheckFault): void {
    this.faults.push(fault);
    if (!this.repeated.isNew(fault.message)) return;
    this.context.stderr.write(`error: ${fault.message}\n`);
    if (this.options.outputFormat === 'github') {
      const place = faultPlace(fault);
      const file = fault.path === null ? '' : ` file=${githubProperty(shownName(fault.path))}`;
      const at = place === null ? '' : `,line=${place.line},col=${place.column}`;
      this.print(`::error${file}${at}::${githubText(fault.message)}`);
    }
  }

  private textLine({ path, line, column, cell, message, confidence }: FoundDeviation): string {
    const color = wantsColor(this.context.stdout, this.context.env);
    const paint = (code: string, text: string): string => (color ? `\u001b[${code}m${text}\u001b[0m` : text);
    const place = cell === undefined ? `${line}:${column}` : `cell ${cell.number}:${cell.line}:${cell.column}`;
    return `${paint('1', shownName(path))}:${place}: ${message} ${paint('2', `(${percent(confidence)} sure)`)}`;
  }

  private print(line: string): void {
    this.context.stdout.write(`${line}\n`);
  }

  private tell(line: string): void {
    if (!this.options.quiet) this.context.stderr.write(`${line}\n`);
  }
}

/** The lines of a notebook's file are nothing that people see. */
const inCell = ({ cell, message }: PlacedDeviation): string => `cell ${cell!.number}, line ${cell!.line}: ${message}`;

const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;


const rounded = (share: number): number => Math.round(share * 1e4) / 1e4;

function jsonDeviation({ probability, confidence, ...deviation }: FoundDeviation): FoundDeviation {
  return { ...deviation, probability: rounded(probability), confidence: rounded(confidence) };
}

/** A workflow command of GitHub Actions. */
function githubLine({ path, line, column, endLine, endColumn, edit, message, confidence }: FoundDeviation): string {
  // GitHub takes columns only where both ends stand on one line.
  const end = endLine === line ? `,endLine=${endLine},endColumn=${endColumn}` : '';
  const place =
    `file=${githubProperty(shownName(path))},line=${line},col=${column}${end},title=${githubProperty(`nnfmt ${edit}`)}`;
  return `::warning ${place}::${githubText(`${message} (${percent(confidence)} sure)`)}`;
}

const githubText = (text: string): string =>
  text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
const githubProperty = (text: string): string => githubText(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
