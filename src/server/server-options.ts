/** What a server is told, complete. */
export interface ServerOptions {
  readonly host: string;
  readonly port: number;
  /** Absolute, links followed; null: no file is read for a request. */
  readonly root: string | null;
  /** What requests of the API have to bring; null for nothing. */
  readonly token: string | null;
  readonly allowOrigin: readonly string[];
  readonly allowHost: readonly string[];
  /** Files of completion models, by name. */
  readonly models: Readonly<Record<string, string>>;
  /** The page that stands at `/`; null where there is none. */
  readonly siteFolder: string | null;
  /** Files of the library that the page loads; null where there are none. */
  readonly libraryFolder: string | null;
  readonly threads: number;
  readonly queue: number;
  readonly maxSeconds: number;
  readonly maxMegabytes: number;
  readonly maxBodyMegabytes: number;
  readonly logLevel: string;
  readonly version: string;
}
