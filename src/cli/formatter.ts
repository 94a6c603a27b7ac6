/** What the shell needs of a formatter: the shape of `createFormatter` in src/format. */
export interface FormatResult {
  readonly text: string;
  readonly changed: boolean;
  readonly gapsChanged: number;
  readonly gaps: number;
  readonly passes: number;
  /** Statements put back because a proof failed. */
  readonly reverted: number;
}

export interface Formatter {
  /** Text without byte order mark. */
  format(text: string, options: { path: string }): FormatResult;
}

export interface FormatterOptions {
  readonly modelPath?: string;
  readonly confidence?: number;
}

export type CreateFormatter = (options: FormatterOptions) => Promise<Formatter>;
