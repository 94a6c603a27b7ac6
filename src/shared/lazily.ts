/**
 * A value that is made when it is first asked for. For patterns of letters: V8 looks up all letters of Unicode as
 * soon as one is made, and most sources hold none beyond ASCII.
 */
export function lazily<Value>(make: () => NonNullable<Value>): () => NonNullable<Value> {
  let value: NonNullable<Value> | undefined;
  return () => (value ??= make());
}
