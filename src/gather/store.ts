import initSqlite, { type Database, type SqlValue } from 'sql.js';
import { GatheringError } from '../errors.js';
import { assetPath } from '../shared/asset-path.js';
import { lookAt } from '../shared/look-at-path.js';
import { shownName } from '../shared/quote-name.js';
import { readRegularFile } from '../shared/read-file.js';
import { writeAtomically } from '../shared/write-atomically.js';
import { COLUMNS, type Repository, type RepositoryState } from './repository.js';

const LIMIT_BYTES = 2 ** 30;
/** Written into the file (`user_version`). */
const VERSION = 1;
const NUMBERS: ReadonlySet<string> = new Set(['diskUsage', 'forks', 'stars', 'watchers']);

/** Which repositories are asked for. */
export interface RepositoryFilter {
  readonly state?: RepositoryState | null;
  readonly licence?: string | null;
  readonly minStars?: number | null;
  /** A part of `owner/name`. */
  readonly name?: string | null;
}

/**
 * Repositories and searches in an SQLite file. It is held in memory and replaced as a whole by `save`, so that a kill
 * leaves the state of the last one, and no lock behind. One process at a time may write it.
 */
export class RepositoryStore {
  private constructor(
    private readonly path: string,
    private readonly database: Database,
  ) {}

  /** Opens a file, or starts a new one. @throws GatheringError for a file that is no such store; FileReadError */
  static async open(path: string): Promise<RepositoryStore> {
    const { Database: Sqlite } = await initSqlite({
      wasmBinary: readRegularFile(assetPath('sql-wasm.wasm'), { limitBytes: LIMIT_BYTES }),
    });
    const { kind } = lookAt(path);
    const bytes = kind === 'missing' ? null : readRegularFile(path, { limitBytes: LIMIT_BYTES });
    const database = new Sqlite(bytes);
    try {
      const version = Number(database.exec('PRAGMA user_version')[0].values[0][0]);
      const isNew = database.exec('SELECT count(*) FROM sqlite_master')[0].values[0][0] === 0;
      if (!isNew && version !== VERSION) {
        throw new GatheringError(
          `${shownName(path)}: this database was not made by this version of nnfmt corpus. Name another file.`,
        );
      }
    } catch (cause) {
      database.close();
      if (cause instanceof GatheringError) throw cause;
      throw new GatheringError(`${shownName(path)}: this is no SQLite database. Name another file.`, cause);
    }
    const columns = COLUMNS.map((name) =>
      name === 'nameWithOwner'
        ? `"${name}" TEXT PRIMARY KEY COLLATE NOCASE`
        : `"${name}" ${NUMBERS.has(name) ? 'INTEGER' : 'TEXT'}`,
    );
    database.run(`CREATE TABLE IF NOT EXISTS repositories (${columns.join(', ')});
      CREATE TABLE IF NOT EXISTS searches (query TEXT PRIMARY KEY, mark TEXT, done INTEGER);
      PRAGMA user_version = ${VERSION};`);
    return new RepositoryStore(path, database);
  }

  /** Adds what a search found; what was known before keeps commit, state and error. True where it was not known. */
  addFound(found: Repository): boolean {
    const isNew = this.get(found.nameWithOwner) === null;
    const told = COLUMNS.filter((name) => !['nameWithOwner', 'commit', 'state', 'error'].includes(name));
    this.database.run(
      `INSERT INTO repositories (${COLUMNS.map((name) => `"${name}"`).join(', ')}) VALUES (${COLUMNS.map(() => '?').join(', ')})
       ON CONFLICT ("nameWithOwner") DO UPDATE SET ${told.map((name) => `"${name}" = excluded."${name}"`).join(', ')}`,
      COLUMNS.map((name) => found[name]),
    );
    return isNew;
  }

  /** Changes some columns of a repository. */
  change(nameWithOwner: string, changes: Partial<Repository>): void {
    const names = COLUMNS.filter((name) => changes[name] !== undefined);
    this.database.run(
      `UPDATE repositories SET ${names.map((name) => `"${name}" = ?`).join(', ')} WHERE "nameWithOwner" = ?`,
      [...names.map((name) => changes[name] ?? null), nameWithOwner],
    );
  }

  get(nameWithOwner: string): Repository | null {
    return this.select('WHERE "nameWithOwner" = ?', [nameWithOwner])[0] ?? null;
  }

  /** Most stars first, then by name. */
  list({ state = null, licence = null, minStars = null, name = null }: RepositoryFilter = {}): Repository[] {
    const wanted: [clause: string, value: SqlValue][] = [];
    if (state !== null) wanted.push(['"state" = ?', state]);
    if (licence !== null) wanted.push(['"licence" = ? COLLATE NOCASE', licence]);
    if (minStars !== null) wanted.push(['"stars" >= ?', minStars]);
    if (name !== null) wanted.push(['instr(lower("nameWithOwner"), lower(?)) > 0', name]);
    const where = wanted.length === 0 ? '' : `WHERE ${wanted.map(([clause]) => clause).join(' AND ')}`;
    return this.select(
      `${where} ORDER BY "stars" DESC, "nameWithOwner"`,
      wanted.map(([, value]) => value),
    );
  }

  /** How far a search has come; null for one that has not begun. */
  searchMark(query: string): { readonly mark: string; readonly done: boolean } | null {
    const [rows] = this.database.exec('SELECT mark, done FROM searches WHERE query = ?', [query]);
    return rows === undefined ? null : { mark: String(rows.values[0][0]), done: rows.values[0][1] === 1 };
  }

  setSearchMark(query: string, mark: string, done: boolean): void {
    this.database.run('INSERT OR REPLACE INTO searches VALUES (?, ?, ?)', [query, mark, done ? 1 : 0]);
  }

  /** Whether it knows of nothing at all: no repository, and no search that has begun. */
  isEmpty(): boolean {
    const [{ values }] = this.database.exec(
      'SELECT (SELECT count(*) FROM repositories) + (SELECT count(*) FROM searches)',
    );
    return values[0][0] === 0;
  }

  /** @throws FileWriteError */
  save(): void {
    writeAtomically(this.path, this.database.export());
  }

  close(): void {
    this.database.close();
  }

  private select(rest: string, values: readonly SqlValue[]): Repository[] {
    const statement = this.database.prepare(`SELECT * FROM repositories ${rest}`, [...values]);
    const rows: Repository[] = [];
    while (statement.step()) rows.push(statement.getAsObject() as unknown as Repository);
    statement.free();
    return rows;
  }
}
