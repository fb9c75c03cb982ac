/** Where pages come from. One attempt per call: whoever schedules retries, and nothing below does. */
export interface WebClient extends AsyncDisposable {
  /**
   * Fetches one page: robots.txt, redirects, limits on size and time, the address guard.
   *
   * Credentials in the address (`user:pass@`) are sent as Basic authorization to the origin of that address only; a redirect
   * to another origin drops them for good, and those that a redirect brings along are never used. There is no cookie jar.
   *
   * @throws Failure `URL_INVALID`, `SCHEME_UNSUPPORTED`, `ADDRESS_REFUSED`, `DNS_FAILED`, `CONNECT_FAILED`, `CONNECTION_LOST`,
   * `NETWORK_TIMEOUT`, `HTTP_STATUS`, `REDIRECT_LIMIT`, `BODY_TOO_LARGE`, `BODY_INVALID`, `UNSUPPORTED_TYPE`, `PDF_UNSUPPORTED`,
   * `ROBOTS_DENIED`, `ROBOTS_UNAVAILABLE`, `RUNTIME_CLOSED`; when the signal aborts, its reason if that is a Failure, else `CANCELLED`
   */
  get(url: string, options?: { readonly signal?: AbortSignal }): Promise<FetchedPage>
}

export interface FetchedPage {
  /** Address after redirects, without credentials and fragment. */
  readonly url: string
  /** 2xx. */
  readonly status: number
  /** The header as it came. */
  readonly contentType?: string
  /** Decompressed. The buffer is its own and exactly as long, so that it can be moved to another thread. */
  readonly bytes: Uint8Array<ArrayBuffer>
  /** Length of the body as sent, before decompression. */
  readonly transferredBytes: number
}

export interface WebOptions {
  /** Whether addresses that are not public may be connected to. Default: false. */
  readonly allowPrivate?: boolean
  /** Most bytes of one body, both as sent and decompressed. Default: 10 MiB. */
  readonly maxBytes?: number
  /** Redirects followed before `REDIRECT_LIMIT`. Default: 10. */
  readonly maxRedirects?: number
  /** Default: false. */
  readonly ignoreRobots?: boolean
  /** The User-Agent header; its leading product token is what robots.txt is read for. Default: `weft/<version>`. */
  readonly userAgent?: string
  /** From the request until a connection can carry it: name look-up, TCP, TLS. Default: 10 s. */
  readonly connectTimeoutMs?: number
  /** From the request being sent until the headers are there. Default: 30 s. */
  readonly headersTimeoutMs?: number
  /** Between two chunks of the body. Default: 30 s. */
  readonly bodyTimeoutMs?: number
  /** Resolves the name of a host. Default: the system's resolver, as `dns.promises.lookup` with `all`. */
  readonly lookup?: LookupAll
}

/** Every address of a host. Rejects with an Error whose `code` is the resolver's (`ENOTFOUND`, `EAI_AGAIN`). */
export type LookupAll = (hostname: string) => Promise<readonly ResolvedAddress[]>

export interface ResolvedAddress {
  /** An IP address in its usual notation. */
  readonly address: string
  /** 4 or 6. */
  readonly family: number
}
