import { describe, expect, it } from 'vitest'
import { runRequest } from '../../workers/run-request.ts'

const module = new URL('../fixtures/workers/tasks.ts', import.meta.url).href

describe('a request', () => {
  it('is answered with the value of the function', async () => {
    expect(await runRequest({ module, export: 'double', input: 21 })).toEqual({ ok: true, value: 42 })
    expect(await runRequest({ module, export: 'later', input: 'a' })).toEqual({ ok: true, value: 'A' })
  })

  it('is answered with its failure as plain data, never with an exception', async () => {
    const reply = await runRequest({ module, export: 'fail', input: 'MINE' })
    expect(structuredClone(reply)).toMatchObject({
      ok: false,
      failure: { code: 'MINE', retryable: true, details: { answer: 42 }, cause: { code: 'DEEPER' } },
    })
    expect(await runRequest({ module, export: 'nothing', input: 0 })).toMatchObject({
      failure: { code: 'WORKER_MODULE' },
    })
    expect(await runRequest({ module: `${module}x`, export: 'double', input: 0 })).toMatchObject({
      failure: { code: 'WORKER_MODULE' },
    })
  })

  it('is answered with a movable reply when the function names buffers to move', async () => {
    const reply = await runRequest({ module, export: 'fill', input: 3 })
    const symbols = Object.getOwnPropertySymbols(reply).map(String)
    expect(symbols).toContain('Symbol(Piscina.transferable)')
  })
})
