import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { createInterface } from 'node:readline';

export type Answer = Readonly<Record<string, unknown>>;

/** A resident process, and a way to ask it. */
export class Resident {
  readonly process: ChildProcessWithoutNullStreams;
  readonly exited: Promise<number | null>;
  private readonly lines: AsyncIterator<string>;

  constructor(command: string, args: readonly string[], cwd: string) {
    this.process = spawn(process.execPath, [command, ...args], { cwd });
    this.exited = new Promise((resolve) => this.process.once('exit', resolve));
    this.process.stdin.on('error', () => undefined);
    this.lines = createInterface({ input: this.process.stdout })[Symbol.asyncIterator]();
  }

  say(request: object | string): void {
    this.process.stdin.write(`${typeof request === 'string' ? request : JSON.stringify(request)}\n`);
  }

  async hear(): Promise<Answer> {
    const { value, done } = await this.lines.next();
    if (done === true) throw new Error('the process says no more');
    return JSON.parse(value) as Answer;
  }

  async ask(request: object | string): Promise<Answer> {
    this.say(request);
    return this.hear();
  }

  async end(): Promise<number | null> {
    this.process.stdin.end();
    return this.exited;
  }
}
