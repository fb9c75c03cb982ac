import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Connection } from '../../../models/llama/connection.ts'
import { LaneSizes } from '../../../models/llama/lane-sizes.ts'
import { ModelHost } from '../../../models/llama/model-host.ts'
import { Failure } from '../../../src/index.ts'
import type { ModelSpec } from '../../../workers/llama/protocol.ts'

const spec: ModelSpec = { path: 'a.gguf', usualContexts: 1, threads: 1, gpu: false }

/** Hosts that hang: they take every call and answer none. */
function hangingHosts() {
  const started: { readonly connection: Connection; readonly lose: (end: string) => void }[] = []
  const start = (): Connection => {
    const { promise: gone, resolve: lose } = Promise.withResolvers<string>()
    const host = { load: () => new Promise(() => {}), cancel: () => {} } as unknown as Connection['host']
    const nothing = (): void => {}
    const connection: Connection = {
      host,
      gone,
      hold: nothing,
      release: nothing,
      kill: () => lose('SIGKILL'),
      close: async () => {},
    }
    started.push({ connection, lose })
    return connection
  }
  const lane = { capacity: 1, sharesCores: true, resize: () => {} }
  const services = { fetch, cores: 1, modelHost: new URL('file:///none'), lane: () => lane }
  return { started, models: new ModelHost(start, new LaneSizes(services)) }
}

const codeOf = (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => 'done',
    (thrown) => (Failure.is(thrown) ? thrown.code : String(thrown)),
  )

describe('a host of local models', () => {
  beforeEach(() => {
    vi.useFakeTimers()
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  it('is killed when it does not even end what was cancelled, which loses its other calls too', async () => {
    const { started, models } = hangingHosts()
    const cancelling = new AbortController()
    const calls = [models.load(spec, cancelling.signal), models.load(spec, new AbortController().signal)].map(codeOf)
    await vi.advanceTimersByTimeAsync(100_000)
    cancelling.abort(new Failure('CANCELLED', 'enough'))
    await vi.advanceTimersByTimeAsync(60_000)
    expect(await Promise.all(calls)).toEqual(['MODEL_LOST', 'MODEL_LOST'])
    expect(started).toHaveLength(1)
  })

  it('is given up after three restarts, and tried again a minute later', async () => {
    const { started, models } = hangingHosts()
    const call = (): Promise<string> => codeOf(models.load(spec, new AbortController().signal))
    for (let start = 1; start <= 4; start += 1) {
      const lost = call()
      await vi.advanceTimersByTimeAsync(1_000)
      started.at(-1)!.lose('exit code 1')
      expect(await lost).toBe('MODEL_LOST')
    }
    expect(await call()).toBe('MODEL_LOST')
    expect(started).toHaveLength(4)
    await vi.advanceTimersByTimeAsync(60_000)
    void call()
    await vi.advanceTimersByTimeAsync(1_000)
    expect(started).toHaveLength(5)
  })
})
