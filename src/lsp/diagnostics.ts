import { DiagnosticSeverity, type Diagnostic } from 'vscode-languageserver/node';
import { CancellationTokenSource, ResponseError } from 'vscode-languageserver/node';
import { percent } from '../shared/percent.js';
import type { FoundDeviation } from './layout-jobs.js';
import type { Session } from './session.js';
import type { SourceDocument } from './source-document.js';

const SEVERITIES = {
  hint: DiagnosticSeverity.Hint, information: DiagnosticSeverity.Information, warning: DiagnosticSeverity.Warning,
};
/** Deviations that are shown of one document; a file that is all wrong needs no thousands of them. */
const MOST_SHOWN = 500;

/** A document's deviations, and the version that they were found in. */
export interface Board {
  readonly version: number;
  readonly deviations: readonly FoundDeviation[];
}

/** Looks for deviations when nothing was typed for a while, and shows them. */
export class Diagnostics {
  private readonly timers = new Map<string, NodeJS.Timeout>();
  private readonly running = new Map<string, CancellationTokenSource>();
  private readonly boards = new Map<string, Board>();

  constructor(private readonly session: () => Session) {}

  /** Looks again soon; at once for a document that was just opened. */
  async schedule(uri: string, isNew = false): Promise<void> {
    this.stop(uri);
    const { diagnostics, diagnosticsDelay } = await this.session().settingsOf(uri);
    if (diagnostics === 'off') return this.clear(uri);
    this.stop(uri);
    this.timers.set(uri, setTimeout(() => void this.look(uri), isNew ? 0 : diagnosticsDelay));
  }

  /** Whatever the settings or a profile are now, all open documents are looked at again. */
  refresh(): void {
    for (const uri of this.session().documents.keys()) void this.schedule(uri);
  }

  forget(uri: string): void {
    this.stop(uri);
    this.clear(uri);
  }

  /** What was found in a document as it is; looks where it was not looked at. */
  async boardOf(document: SourceDocument, token?: CancellationTokenSource['token']): Promise<Board | null> {
    const known = this.boards.get(document.uri);
    if (known?.version === document.version) return known;
    const answer = await this.session().ask('deviations', document, { kind: 'check' }, {
      isQuiet: true, ...(token === undefined ? {} : { token }),
    });
    if (answer === null) return null;
    const board = { version: document.version, deviations: answer.deviations };
    this.boards.set(document.uri, board);
    return board;
  }

  private async look(uri: string): Promise<void> {
    const session = this.session();
    const document = session.documents.get(uri);
    if (document === undefined) return;
    const source = new CancellationTokenSource();
    this.running.set(uri, source);
    try {
      const board = await this.boardOf(document, source.token);
      const { diagnostics } = await session.settingsOf(uri);
      if (session.documents.get(uri) !== document || diagnostics === 'off') return;
      // Of code that does not parse nothing is known: what was shown stands nowhere any more.
      const list = board === null ? [] : shown(document, board, SEVERITIES[diagnostics]);
      await session.connection.sendDiagnostics({ uri, version: document.version, diagnostics: list });
    } catch (cause) {
      if (!(cause instanceof ResponseError)) session.logBug(cause instanceof Error ? cause.message : String(cause));
    } finally {
      if (this.running.get(uri) === source) this.running.delete(uri);
    }
  }

  private stop(uri: string): void {
    clearTimeout(this.timers.get(uri));
    this.timers.delete(uri);
    this.running.get(uri)?.cancel();
  }

  private clear(uri: string): void {
    this.boards.delete(uri);
    void this.session().connection.sendDiagnostics({ uri, diagnostics: [] });
  }
}

const shown = (document: SourceDocument, { deviations }: Board, severity: DiagnosticSeverity): Diagnostic[] =>
  deviations.slice(0, MOST_SHOWN).map((deviation, number) => diagnosticOf(document, deviation, number, severity));

function diagnosticOf(
  document: SourceDocument, deviation: FoundDeviation, number: number, severity: DiagnosticSeverity,
): Diagnostic {
  const { message, confidence } = deviation;
  return {
    range: document.rangeOf(visible(document, deviation)), severity, source: 'nnfmt', code: 'layout',
    message: `${message} (${percent(confidence)} sure)`, data: { deviation: number },
  };
}

/** Where nothing stands yet, the character behind it is marked, or the one before it at the end of a line. */
export function visible(
  document: SourceDocument, { start, end }: { readonly start: number; readonly end: number },
): { readonly start: number; readonly end: number } {
  if (end > start) return { start, end };
  const line = document.lineAt(start);
  if (start < document.lineEnd(line)) return { start, end: start + unitsAt(document.text, start) };
  return { start: Math.max(document.lineStart(line), start - 1), end: start };
}

const unitsAt = (text: string, at: number): number => (text.codePointAt(at)! > 0xffff ? 2 : 1);
