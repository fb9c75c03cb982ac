import type Anthropic from '@anthropic-ai/sdk'
import type { MessageBatch } from '@anthropic-ai/sdk/resources/messages/batches'
import { Failure } from '../../../src/core/failure.ts'
import type { BatchApi, BatchLine, BatchRequest, BatchState } from './batch-api.ts'
import { jsonLines } from './json-lines.ts'
import { bodyBytes, bodyChunks } from './request-body.ts'

/** Most batches that a page of the list holds. */
const pageSize = 100

/** Message Batches, by the SDK's client: https://platform.claude.com/docs/en/build-with-claude/batch-processing */
export class ClaudeBatches implements BatchApi {
  readonly #client: Anthropic
  readonly #failure: (thrown: unknown, signal: AbortSignal) => unknown

  /** @param failure what is thrown, for what the client threw */
  constructor(client: Anthropic, failure: (thrown: unknown, signal: AbortSignal) => unknown) {
    this.#client = client
    this.#failure = failure
  }

  create(requests: readonly BatchRequest[], signal: AbortSignal): Promise<BatchState> {
    return this.#asked(signal, async () => {
      // As a stream of known length: the SDK would make one text of it.
      const headers = { 'content-type': 'application/json', 'content-length': String(bodyBytes(requests)) }
      const body = bodyChunks(requests)
      return stateOf(await this.#client.post<MessageBatch>('/v1/messages/batches', { body, headers, signal }))
    })
  }

  retrieve(id: string, signal: AbortSignal): Promise<BatchState> {
    return this.#asked(signal, async () => stateOf(await this.#client.messages.batches.retrieve(id, {}, { signal })))
  }

  async *list(signal: AbortSignal): AsyncGenerator<BatchState, void, undefined> {
    const batches = this.#client.messages.batches.list({ limit: pageSize }, { signal })[Symbol.asyncIterator]()
    for (;;) {
      const next = await this.#asked(signal, () => batches.next())
      if (next.done === true) return
      yield stateOf(next.value)
    }
  }

  /** By its path, not by the address that the batch names: whoever stands between must go on doing so, and nobody else be told the key. */
  async *results(id: string, signal: AbortSignal): AsyncGenerator<BatchLine, void, undefined> {
    const path = `/v1/messages/batches/${encodeURIComponent(id)}/results`
    const headers = { accept: 'application/x-jsonl' }
    const response = await this.#asked(signal, () => this.#client.get(path, { headers, signal }).asResponse())
    if (response.body === null) return
    const lines = jsonLines(response.body)
    try {
      for (;;) {
        const next = await this.#asked(signal, () => lines.next())
        if (next.done === true) return
        yield lineOf(next.value)
      }
    } finally {
      // Whoever has seen enough leaves: the rest is not fetched.
      await lines.return()
    }
  }

  async #asked<T>(signal: AbortSignal, ask: () => Promise<T>): Promise<T> {
    try {
      return await ask()
    } catch (thrown) {
      throw Failure.is(thrown) ? thrown : this.#failure(thrown, signal)
    }
  }
}

/** What a server says that only resembles the API may be anything. */
function stateOf(batch: MessageBatch): BatchState {
  const { id, processing_status: status, request_counts: counts, created_at: createdAt } = batch
  if (typeof id !== 'string' || !/^[\w-]{1,200}$/.test(id) || typeof status !== 'string') {
    throw new Failure(
      'REQUEST_REFUSED',
      'expected a message batch, got something else: does the server know batches?',
      {
        kind: 'input',
      },
    )
  }
  const { processing = 0, ...settled } = counts ?? {}
  const done = Object.values(settled).reduce((sum, count) => sum + count, 0)
  const created = Date.parse(createdAt)
  return {
    id,
    createdAt: Number.isNaN(created) ? Date.now() : created,
    hasEnded: status === 'ended',
    requests: processing + done,
    settled: done,
  }
}

function lineOf(line: unknown): BatchLine {
  const { custom_id: customId, result } = Object(line) as { readonly custom_id?: unknown; readonly result?: unknown }
  return { customId: typeof customId === 'string' ? customId : '', result }
}
