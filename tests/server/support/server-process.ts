import { spawn, type ChildProcess } from 'node:child_process';
import { createConnection } from 'node:net';
import { builtCommand } from '../../lsp/support/built-command.js';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
  /** The body as JSON. */
  readonly json: Readonly<Record<string, unknown>>;
}

/** `nnfmt serve` in a process of its own. */
export class ServerProcess {
  stderr = '';
  readonly exited: Promise<number | null>;

  private constructor(readonly process: ChildProcess, readonly url: string) {
    this.exited = new Promise((resolve) => process.once('exit', resolve));
  }

  static async start(...args: readonly string[]): Promise<ServerProcess> {
    const child = spawn(process.execPath, [await builtCommand(), 'serve', '--port', '0', ...args], { stdio: 'pipe' });
    let said = '';
    let wrong = '';
    child.stderr.on('data', (data: Buffer) => (wrong += data.toString()));
    const url = await new Promise<string>((resolve, reject) => {
      child.stdout.on('data', (data: Buffer) => {
        said += data.toString();
        const found = /http:\S+/u.exec(said)?.[0];
        if (found !== undefined) resolve(found);
      });
      child.once('exit', (code) => reject(new Error(`the server ended with ${code}: ${wrong}`)));
    });
    const server = new ServerProcess(child, url);
    server.stderr = wrong;
    child.stderr.on('data', (data: Buffer) => (server.stderr += data.toString()));
    return server;
  }

  get port(): number {
    return Number(new URL(this.url).port);
  }

  async ask(path: string, init: RequestInit = {}): Promise<Answer> {
    const response = await fetch(this.url + path, init);
    const body = await response.text();
    const isJson = response.headers.get('content-type')?.startsWith('application/json') === true;
    return { status: response.status, headers: response.headers, body, json: isJson ? (JSON.parse(body) as Answer['json']) : {} };
  }

  post(path: string, body: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    return this.ask(path, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: text });
  }

  /** What is answered to some bytes, until the server closes the connection or is silent for a moment. */
  raw(bytes: string | Uint8Array, { silenceMs = 1500 }: { readonly silenceMs?: number } = {}): Promise<string> {
    return new Promise((resolve) => {
      let heard = '';
      const socket = createConnection(this.port, '127.0.0.1', () => socket.write(bytes));
      const end = (): void => {
        socket.destroy();
        resolve(heard);
      };
      socket.setTimeout(silenceMs, end);
      socket.on('data', (data) => (heard += data.toString('latin1')));
      socket.on('end', end);
      socket.on('error', end);
    });
  }

  async stop(): Promise<number | null> {
    this.process.kill('SIGTERM');
    return this.exited;
  }
}
