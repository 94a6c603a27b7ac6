import {
  ExitNotification, Message, ShutdownRequest, StreamMessageReader, StreamMessageWriter,
  type DataCallback, type Disposable, type MessageStrategy,
} from 'vscode-languageserver/node';

/** How long a process that has been told to end waits for what it still has to say. */
const PATIENCE_MS = 2000;

/** Turns without anything to do after which nothing more of what the editor sent is about to be read. */
const QUIET_TURNS = 20;

/** The ways in and out of a connection whose process does not end before the answer to `shutdown` has gone out. */
export interface LastAnswer {
  readonly reader: StreamMessageReader;
  readonly writer: StreamMessageWriter;
  /** Keeps `exit` waiting for that answer. */
  readonly messageStrategy: MessageStrategy;
}

/**
 * Editors may send `shutdown` and `exit` in one go, and close the stream behind them.
 *
 * @param leave ends the process: called when the editor has closed the stream and has its answers
 */
export function lastAnswer(
  input: NodeJS.ReadableStream, output: NodeJS.WritableStream, leave: () => void,
): LastAnswer {
  let asked: string | number | null = null;
  let isOwed = false;
  const reader = new CountingReader(input);
  const writer = new HeardWriter(output, (message) => {
    if (Message.isResponse(message) && message.id === asked) isOwed = false;
  });
  let handled = 0;
  const whenSaid = async (isReady: () => boolean): Promise<void> => {
    for (const end = Date.now() + PATIENCE_MS; !isReady() && Date.now() < end;) await nextTurn();
  };
  let quiet = 0;
  const close = (): void => void whenSaid(() => {
    quiet = handled >= reader.count && !isOwed ? quiet + 1 : 0;
    return quiet >= QUIET_TURNS;
  }).then(leave);
  input.once('end', close);
  input.once('close', close);
  return {
    reader, writer,
    messageStrategy: {
      handleMessage(message, next) {
        handled++;
        if (Message.isRequest(message) && message.method === ShutdownRequest.method) {
          asked = message.id;
          isOwed = true;
        }
        if (!Message.isNotification(message) || message.method !== ExitNotification.method) return next(message);
        return whenSaid(() => !isOwed).then(() => next(message));
      },
    },
  };
}

const nextTurn = async (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 1));

/** Counts what was read, for it is not handled at once. */
class CountingReader extends StreamMessageReader {
  count = 0;

  override listen(callback: DataCallback): Disposable {
    return super.listen((message) => {
      this.count++;
      callback(message);
    });
  }
}

/** Tells what has been written. */
class HeardWriter extends StreamMessageWriter {
  constructor(output: NodeJS.WritableStream, private readonly onWritten: (message: Message) => void) {
    super(output);
  }

  override async write(message: Message): Promise<void> {
    await super.write(message);
    this.onWritten(message);
  }
}
