/** How a file differs from its project that follows another style. Plain data, so that it can cross threads. */
export interface OtherStyle {
  /** Of its gaps, the share that laying it out anew would change. */
  readonly share: number;
  /** Of its decisions of a kind, the share that is not what the project mostly does in such places; largest first. */
  readonly kinds: readonly {
    readonly kind: 'spaces' | 'broken lines' | 'blank lines' | 'indentation';
    readonly share: number;
  }[];
}
