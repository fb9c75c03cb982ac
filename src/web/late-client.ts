import type { FetchedPage, WebClient, WebOptions } from './contract.ts'

/** A client that is made, and undici loaded, when the first page is asked for. */
export class LateWebClient implements WebClient {
  readonly #options: WebOptions
  #client: Promise<WebClient> | undefined

  constructor(options: WebOptions) {
    this.#options = options
  }

  async get(url: string, options?: { readonly signal?: AbortSignal }): Promise<FetchedPage> {
    this.#client ??= import('./client.ts').then(({ createWebClient }) => createWebClient(this.#options))
    const client = await this.#client
    return client.get(url, options)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await (await this.#client)?.[Symbol.asyncDispose]()
  }
}
