import type { Agent } from 'undici'

/**
 * `fetch` over connections of its own, for APIs that the user names: no guard on addresses, no robots.txt, and no limit on how long an
 * answer may take, for attempts have one. undici is loaded with the first request.
 */
export class LateFetch implements AsyncDisposable {
  #agent: Promise<Agent> | undefined

  readonly fetch: typeof globalThis.fetch = async (input, init) => {
    const undici = await import('undici')
    this.#agent ??= Promise.resolve(
      new undici.Agent({ headersTimeout: 0, bodyTimeout: 0, connect: { timeout: 10_000 } }),
    )
    const dispatcher = await this.#agent
    return undici.fetch(input as string, { ...(init as object), dispatcher }) as unknown as Promise<Response>
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await (await this.#agent)?.destroy()
  }
}
