import type { Page } from '../../workers/reading/page.ts'
import type { Source, StreamRun } from '../core/run.ts'
import type { TaskContext } from '../core/task.ts'
import { transfer } from '../core/transfer.ts'
import type { Runtime } from '../runtime.ts'
import { cpu } from '../worker-files.ts'
import type { Input } from './input.ts'
import { readFileSource } from './read-file.ts'

export interface ReadOptions {
  /** Items on their way at the same time. Default 64. */
  readonly concurrency?: number
  /** Limit on one item with its retries, in milliseconds. Default 30 000. */
  readonly timeoutMs?: number
  /** Attempts after the first one, for what is retryable. Default 2. */
  readonly retries?: number
  /** Largest file, in bytes. Default 10 MiB. (Of pages, the runtime's `web.maxBytes`.) */
  readonly maxBytes?: number
  /** Sentences of the summary. Leave out: no summary. */
  readonly summarySentences?: number | undefined
  /** Outcomes in input order. Default false. */
  readonly ordered?: boolean
  readonly signal?: AbortSignal
}

/**
 * Reads pages and files: fetched on the event loop, at most `perKey` at a time from each host, turned into Markdown on the cpu
 * lane. While an item waits for that lane or is on it, it holds no connection.
 */
export function readInputs(runtime: Runtime, inputs: Source<Input>, options: ReadOptions = {}): StreamRun<Page, Input> {
  const { concurrency = 64, timeoutMs = 30_000, retries = 2, maxBytes = 10 * 1024 * 1024, ordered = false } = options

  async function read(input: Input, context: TaskContext): Promise<Page> {
    const source = await fetchSource(runtime, input, maxBytes, context)
    context.addUsage({ bytes: source.bytes.byteLength })
    const summary = options.summarySentences === undefined ? {} : { summarySentences: options.summarySentences }
    return context.call(cpu.readPage, transfer({ ...source, ...summary }, [source.bytes.buffer]))
  }

  return runtime.stream(inputs, read, {
    laneKey: hostOf,
    concurrency,
    totalTimeoutMs: timeoutMs,
    timeoutMs,
    retry: { maxAttempts: retries + 1 },
    ordered,
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  })
}

interface FetchedSource {
  readonly url: string
  readonly contentType?: string
  readonly bytes: Uint8Array<ArrayBuffer>
}

async function fetchSource(
  runtime: Runtime,
  input: Input,
  maxBytes: number,
  context: TaskContext,
): Promise<FetchedSource> {
  const { target } = input
  if (target.kind === 'invalid') throw target.failure
  if (target.kind === 'file') return readFileSource(target.path, { maxBytes, signal: context.signal })
  const { url, contentType, bytes } = await runtime.web.get(target.url, context)
  return { url, bytes, ...(contentType === undefined ? {} : { contentType }) }
}

/** Files have no host to be polite to. */
function hostOf({ target }: Input): string | undefined {
  return target.kind === 'url' ? new URL(target.url).host : undefined
}
