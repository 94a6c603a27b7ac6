/** What is used of sql.js; the package of its types brings globals that web-tree-sitter's contradict. */
declare module 'sql.js' {
  export type SqlValue = number | string | Uint8Array | null;
  export interface Statement {
    step(): boolean;
    getAsObject(): Record<string, SqlValue>;
    free(): boolean;
  }
  export class Database {
    constructor(bytes?: Uint8Array | null);
    run(sql: string, values?: readonly SqlValue[]): this;
    exec(sql: string, values?: readonly SqlValue[]): { columns: string[]; values: SqlValue[][] }[];
    prepare(sql: string, values?: readonly SqlValue[]): Statement;
    export(): Uint8Array;
    close(): void;
  }
  // eslint-disable-next-line no-restricted-syntax -- as the package has it
  export default function initSqlJs(settings: { wasmBinary: Uint8Array }): Promise<{ Database: typeof Database }>;
}
