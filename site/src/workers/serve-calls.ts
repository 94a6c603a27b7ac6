/** What a worker is asked, and what it answers: plain data. */
export interface Call {
  readonly id: number;
  readonly method: string;
  readonly argument: unknown;
}

/** An error on its way between threads. */
export interface Fault {
  readonly name: string;
  readonly message: string;
  /** In a clause, where the library says so. */
  readonly reason: string;
  /** From 1, columns in characters; of syntax that is refused. */
  readonly line?: number;
  readonly column?: number;
}

export type Answer =
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly fault: Fault }
  | { readonly id: number; readonly progress: unknown };

type Methods = Readonly<Record<string, (argument: never, tell: (progress: unknown) => void) => unknown>>;

/** Answers calls by functions of these names, one after the other. */
export function serveCalls(methods: Methods): void {
  let last: Promise<unknown> = Promise.resolve();
  self.onmessage = ({ data }: MessageEvent<Call>) => {
    const { id, method, argument } = data;
    const post = (answer: Answer): void => self.postMessage(answer);
    last = last.then(async () => {
      try {
        const tell = (progress: unknown): void => post({ id, progress });
        post({ id, value: await methods[method](argument as never, tell) });
      } catch (error) {
        post({ id, fault: faultOf(error) });
      }
    });
  };
}

function faultOf(error: unknown): Fault {
  const { name = 'Error', message = String(error), reason, line, column } =
    error as { name?: string; message?: string; reason?: string; line?: number; column?: number };
  return {
    name, message, reason: reason ?? message,
    ...(line === undefined ? {} : { line }), ...(column === undefined ? {} : { column }),
  };
}
