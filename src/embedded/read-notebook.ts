import { positionAt } from '../shared/positions.js';
import { SourceReadError } from '../errors.js';
import { shownName } from '../shared/quote-name.js';
import type { JsonString } from './json-strings.js';
import { visitJson } from './read-json.js';

/** The source of a cell as it stands in the JSON text: one string, or one for each line, as a rule. */
export interface CellSource {
  readonly strings: readonly JsonString[];
  /** Of the value: its quote or bracket, and behind the closing one. */
  readonly start: number;
  readonly end: number;
  readonly isList: boolean;
}

export interface NotebookCell {
  /** Among all cells, from 1. */
  readonly number: number;
  readonly type: string | null;
  /** What its editor says it is written in, where that says so. */
  readonly language: string | null;
  readonly source: CellSource | null;
}

export interface Notebook {
  readonly cells: readonly NotebookCell[];
  /** In lower case; Python where the notebook does not say. */
  readonly language: string;
}

/** A cell while it is read. */
type OpenCell = { -readonly [K in keyof NotebookCell]: NotebookCell[K] };

/**
 * Reads what formatting needs of a notebook (nbformat 4), with its places in the JSON text.
 *
 * @throws SourceReadError for what is no JSON, no notebook, or one of another version
 * Source: https://nbformat.readthedocs.io/en/latest/format_description.html
 */
export function readNotebook(json: string, path: string): Notebook {
  const reader = new NotebookReader();
  const fault = visitJson(json, reader);
  const refuse = (offset: number, clause: string): SourceReadError => {
    const { line, column } = positionAt(json, offset);
    const shownPath = `${shownName(path)}:${line}:${column}`;
    return new SourceReadError({ path, shownPath, reason: 'notebook', message: `${clause}; it was left alone.` });
  };
  if (fault !== null) throw refuse(fault.offset, `this is no JSON (${fault.reason})`);
  const { version, versionAt, hasCells } = reader;
  if (version === null) throw refuse(0, 'this is no notebook (it has no "nbformat")');
  if (version !== 4) {
    throw refuse(versionAt, `nbformat ${JSON.stringify(version)} is not read, only 4 (\`jupyter nbconvert --to notebook\` converts it)`);
  }
  if (!hasCells) throw refuse(0, 'this is no notebook (it has no list of "cells")');
  return { cells: reader.cells, language: reader.language };
}

class NotebookReader {
  readonly cells: OpenCell[] = [];
  version: unknown = null;
  versionAt = 0;
  hasCells = false;
  private kernelLanguage: string | null = null;
  private languageName: string | null = null;
  private strings: JsonString[] = [];
  private listStart = 0;

  get language(): string {
    return (this.languageName ?? this.kernelLanguage ?? 'python').toLowerCase();
  }

  open(path: readonly (string | number)[], bracket: '[' | '{', start: number): void {
    if (path.length === 1 && path[0] === 'cells') this.hasCells = bracket === '[';
    if (path[0] !== 'cells') return;
    if (path.length === 2 && bracket === '{') {
      this.cells.push({ number: (path[1] as number) + 1, type: null, language: null, source: null });
    } else if (path.length === 3 && path[2] === 'source') {
      this.strings = [];
      this.listStart = start;
    }
  }

  close(path: readonly (string | number)[], end: number): void {
    if (path[0] !== 'cells' || path.length !== 3 || path[2] !== 'source') return;
    const cell = this.cells.at(-1);
    if (cell !== undefined) cell.source = { strings: this.strings, start: this.listStart, end, isList: true };
  }

  literal(path: readonly (string | number)[], value: unknown, start: number, end: number): void {
    if (path[0] !== 'cells') this.takeOfNotebook(path, value, start);
    else if (path.length >= 3) this.takeOfCell(path, value, start, end);
  }

  private takeOfNotebook(path: readonly (string | number)[], value: unknown, start: number): void {
    if (path.length === 1 && path[0] === 'nbformat') {
      this.version = value;
      this.versionAt = start;
    }
    if (path.length !== 3 || path[0] !== 'metadata' || typeof value !== 'string') return;
    if (path[1] === 'kernelspec' && path[2] === 'language') this.kernelLanguage = value;
    if (path[1] === 'language_info' && path[2] === 'name') this.languageName = value;
  }

  private takeOfCell(path: readonly (string | number)[], value: unknown, start: number, end: number): void {
    const cell = this.cells.at(-1);
    if (cell === undefined || typeof value !== 'string') return;
    const key = path[2];
    if (path.length === 3 && key === 'cell_type') cell.type = value;
    if (path.length === 3 && key === 'source') {
      cell.source = { strings: [{ value, start, end }], start, end, isList: false };
    }
    if (path.length === 4 && key === 'source') this.strings.push({ value, start, end });
    if (path.length === 5 && key === 'metadata' && path[3] === 'vscode' && path[4] === 'languageId') {
      cell.language = value;
    }
  }
}
