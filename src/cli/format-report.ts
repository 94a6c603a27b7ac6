import type { FoundFiles } from '../corpus/find-files.js';
import { shownName } from '../shared/quote-name.js';
import { EXIT_DIFFERS, EXIT_FAILED, EXIT_FINE, type OutputStream } from './context.js';
import type { FileOutcome } from './format-file.js';
import { KeptHabits } from './kept-habits.js';
import { leftOutWords } from './left-out-words.js';
import { notUnderstoodLines } from './not-understood.js';
import { otherStyleLine } from './other-style-line.js';
import { RepeatedFaults } from './repeated-faults.js';

/**
 * Tells the user what happened, and is the one place that decides the exit code.
 * Diffs go to stdout, everything else to stderr, so that a diff can be piped.
 */
export class FormatReport {
  private readonly streams: { readonly stdout: OutputStream; readonly stderr: OutputStream };
  private readonly options: {
    readonly check: boolean;
    readonly diff: boolean;
    readonly quiet: boolean;
    readonly verbose: boolean;
  };
  private readonly faults = new RepeatedFaults();
  private readonly habits = new KeptHabits();
  private changed = 0;
  private unchanged = 0;
  private failed = 0;
  private leftOut = { files: 0, repositories: 0 };

  constructor(
    streams: { readonly stdout: OutputStream; readonly stderr: OutputStream },
    options: { readonly check: boolean; readonly diff: boolean; readonly quiet: boolean; readonly verbose: boolean },
  ) {
    this.streams = streams;
    this.options = options;
  }

  /** Whether files are left as they are, so that everything is told as a possibility. */
  private get dryRun(): boolean {
    return this.options.check || this.options.diff;
  }

  addSearch(found: FoundFiles): void {
    for (const notice of found.notices) this.tell(`warning: ${notice}`);
    for (const error of found.errors) this.addFailure(error.message);
    this.leftOut = { ...found.leftOut };
  }

  addFailure(message: string): void {
    this.failed++;
    if (this.faults.isNew(message)) this.streams.stderr.write(`error: ${message}\n`);
  }

  add(outcome: FileOutcome): void {
    if (outcome.kind === 'failed') {
      this.addFailure(outcome.error ?? `${shownName(outcome.path)}: failed`);
      return;
    }
    if (outcome.kind === 'left-out') {
      this.leftOut.files++;
      return;
    }
    for (const line of notUnderstoodLines(outcome.path, outcome.notUnderstood ?? [])) this.tell(line);
    if (outcome.otherStyle !== undefined) this.tell(otherStyleLine(outcome.path, outcome.otherStyle));
    this.habits.add(outcome.habits);
    if (outcome.kind === 'changed') {
      this.changed++;
      if (outcome.diff !== undefined) this.streams.stdout.write(outcome.diff);
      this.tell(`${this.dryRun ? 'would reformat' : 'reformatted'} ${shownName(outcome.path)}${this.details(outcome)}`);
    } else {
      this.unchanged++;
      if (this.options.verbose) this.tell(`${shownName(outcome.path)} already well formatted${this.details(outcome)}`);
    }
  }

  /** The line at the end, in black's words. */
  summarise(): void {
    for (const line of this.faults.summary()) this.streams.stderr.write(`error: ${line}\n`);
    const would = this.dryRun ? 'would be ' : '';
    const parts = [
      this.changed > 0 ? `${countFiles(this.changed)} ${would}reformatted` : '',
      this.unchanged > 0 ? `${countFiles(this.unchanged)} ${would}left unchanged` : '',
      this.failed > 0 ? `${countFiles(this.failed)} ${this.dryRun ? 'would fail' : 'failed'} to reformat` : '',
    ].filter((part) => part !== '');
    if (parts.length > 0) this.tell(`${parts.join(', ')}.`);
    for (const line of [this.habits.line(), leftOutWords(this.leftOut)]) if (line !== null) this.tell(line);
  }

  get exitCode(): number {
    if (this.failed > 0) return EXIT_FAILED;
    return this.options.check && this.changed > 0 ? EXIT_DIFFERS : EXIT_FINE;
  }

  private details(outcome: FileOutcome): string {
    if (!this.options.verbose || outcome.stats === undefined) return '';
    const { gaps, gapsChanged, passes, reverted } = outcome.stats;
    const putBack = reverted === 0 ? '' : `, ${reverted} statement${reverted === 1 ? '' : 's'} put back`;
    return ` (${gapsChanged} of ${gaps} gaps, ${passes} pass${passes === 1 ? '' : 'es'}${putBack}, ${outcome.elapsedMs.toFixed(0)} ms)`;
  }

  private tell(line: string): void {
    if (!this.options.quiet) this.streams.stderr.write(`${line}\n`);
  }
}

function countFiles(count: number): string {
  return `${count} file${count === 1 ? '' : 's'}`;
}
