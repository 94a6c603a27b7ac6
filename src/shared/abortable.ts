/** An AbortSignal, of which no more is asked: its type comes with those of a browser or of Node. */
export interface Abortable {
  readonly aborted: boolean;
}
