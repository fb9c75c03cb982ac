import { afterEach, describe, expect, it } from 'vitest'
import { createRuntime, Failure, type Runtime, values } from '../../../src/index.ts'
import { gate } from '../../fixtures/gate.ts'
import { ManualClock, rest } from '../../fixtures/manual-clock.ts'

const runtimes: Runtime[] = []
const clock = new ManualClock()

async function runtime(options = {}): Promise<Runtime> {
  const created = await createRuntime({ clock, random: () => 0.5, ...options })
  runtimes.push(created)
  return created
}

afterEach(async () => {
  for (const created of runtimes.splice(0)) await created.close()
  expect(clock.pending).toBe(0)
})

const one = (): number => 1
const busy = (message = 'busy'): Failure => new Failure('BUSY', message, { retryable: true })

describe('outcomes', () => {
  it('come back in input order, whatever the order of finishing', async () => {
    const weft = await runtime()
    const gates = [gate(), gate(), gate()]
    const run = weft.map([0, 1, 2], async (index) => {
      await gates[index]!.opened
      return index * 10
    })
    for (const index of [2, 0, 1]) {
      gates[index]!.open()
      await rest()
    }
    const outcomes = await run
    expect(outcomes.map(({ index, status }) => [index, status])).toEqual([0, 1, 2].map((index) => [index, 'done']))
    expect(values(outcomes)).toEqual([0, 10, 20])
  })

  it('carry failures without rejecting the run, and values() names every one of them', async () => {
    const weft = await runtime()
    const outcomes = await weft.map(['a', 'b', 'c'], (letter) => {
      if (letter !== 'b') throw new TypeError(`no ${letter}`)
      return letter
    })
    expect(outcomes.map((outcome) => outcome.status)).toEqual(['failed', 'done', 'failed'])
    expect(outcomes[0]).toMatchObject({
      failure: { code: 'TASK_FAILED', message: 'no a', retryable: false },
      attempts: 1,
    })
    expect(() => values(outcomes)).toThrow(/2 of 3 tasks gave no value: .*no a.*no c/)
  })

  it('are an empty list for an empty source', async () => {
    const weft = await runtime()
    expect(await weft.map([], () => 1)).toEqual([])
  })

  it('come from sets, generators and async generators too', async () => {
    const weft = await runtime()
    async function* letters(): AsyncGenerator<string> {
      yield 'a'
      yield 'b'
    }
    const double = (text: string): string => text + text
    expect(values(await weft.map(new Set(['a', 'b']), double))).toEqual(['aa', 'bb'])
    expect(values(await weft.map(['a', 'b'].values(), double))).toEqual(['aa', 'bb'])
    expect(values(await weft.map(letters(), double))).toEqual(['aa', 'bb'])
  })
})

describe('misuse rejects', () => {
  it.each([
    ['an unknown option', [1], one, { timeoutms: 5 }, 'INVALID_OPTION', /timeoutms, did you mean timeoutMs/],
    [
      'an option inside another',
      [1],
      one,
      { retry: { maxAttemps: 5 } },
      'INVALID_OPTION',
      /retry.maxAttemps, did you mean maxAttempts/,
    ],
    ['a value out of range', [1], one, { concurrency: 0 }, 'INVALID_OPTION', /concurrency: expected >=1, got 0/],
    [
      'an unknown lane',
      [1],
      one,
      { lane: 'gpu' },
      'INVALID_OPTION',
      /no lane gpu \(known: anthropic, io, local, cpu\)/,
    ],
    ['a string as source', 'abc', one, {}, 'INVALID_INPUT', /a string \(put it into an array\)/],
    ['no source', undefined, one, {}, 'INVALID_INPUT', /undefined/],
    ['no function', [1], 'read', {}, 'INVALID_INPUT', /a function, a worker task or a lane task/],
  ])('%s', async (_, source, task, options, code, message) => {
    const weft = await runtime()
    const run = weft.map(source as never, task as never, options as never)
    await expect(run).rejects.toMatchObject({ code, message: expect.stringMatching(message) })
  })

  it('a closed runtime', async () => {
    const weft = await runtime()
    await weft.close()
    await expect(weft.map([1], () => 1)).rejects.toMatchObject({ code: 'RUNTIME_CLOSED' })
  })
})

describe('a source that breaks', () => {
  it('rejects the run after what runs has ended', async () => {
    const weft = await runtime()
    const ended: number[] = []
    async function* broken(): AsyncGenerator<number> {
      yield 1
      throw new Error('disk on fire')
    }
    const held = gate()
    const run = weft.map(broken(), async (item) => {
      await held.opened
      ended.push(item)
    })
    await rest()
    held.open()
    await expect(run).rejects.toMatchObject({ code: 'SOURCE_FAILED', message: expect.stringContaining('disk on fire') })
    expect(ended).toEqual([1])
  })
})

describe('concurrency', () => {
  it('never passes the cap of the run, nor that of the lane', async () => {
    const weft = await runtime({ lanes: { narrow: { concurrency: 3 } } })
    let running = 0
    let most = 0
    const work = async (): Promise<void> => {
      running += 1
      most = Math.max(most, running)
      await rest()
      running -= 1
    }
    await weft.map(Array.from({ length: 20 }), work, { lane: 'narrow' })
    expect(most).toBe(3)
    most = 0
    await weft.map(Array.from({ length: 20 }), work, { lane: 'narrow', concurrency: 2 })
    expect(most).toBe(2)
  })

  it('is fair between runs: a short one is served while a long one goes on', async () => {
    const weft = await runtime({ lanes: { narrow: { concurrency: 2 } } })
    const order: string[] = []
    const work = async (name: string): Promise<void> => {
      order.push(name)
      await rest()
    }
    const long = weft.map(
      Array.from({ length: 50 }, () => 'long'),
      work,
      { lane: 'narrow' },
    )
    const short = weft.map(
      Array.from({ length: 5 }, () => 'short'),
      work,
      { lane: 'narrow' },
    )
    await Promise.all([long, short])
    expect(order.lastIndexOf('short')).toBeLessThan(15)
  })

  it('keeps to the limit of each key, and lets other keys pass', async () => {
    const weft = await runtime({ lanes: { web: { concurrency: 10, perKey: { concurrency: 2 } } } })
    const running = new Map<string, number>()
    const held = gate()
    const seen: string[] = []
    const hosts = [...Array.from({ length: 8 }, () => 'slow'), 'quick', 'quick']
    const run = weft.map(
      hosts,
      async (host) => {
        running.set(host, (running.get(host) ?? 0) + 1)
        expect(running.get(host)).toBeLessThanOrEqual(2)
        seen.push(host)
        if (host === 'slow') await held.opened
        running.set(host, running.get(host)! - 1)
      },
      { lane: 'web', laneKey: (host) => host },
    )
    await rest()
    expect(seen).toEqual(['slow', 'slow', 'quick', 'quick'])
    held.open()
    expect((await run).every((outcome) => outcome.status === 'done')).toBe(true)
  })

  it('fails the item alone whose laneKey throws', async () => {
    const weft = await runtime()
    const laneKey = (item: number): string => {
      if (item === 1) throw new Error('no key')
      return 'key'
    }
    const outcomes = await weft.map([0, 1, 2], (item) => item, { laneKey })
    expect(outcomes.map((outcome) => outcome.status)).toEqual(['done', 'failed', 'done'])
  })
})

describe('retry', () => {
  it('tries a retryable failure again after its back-off, and keeps what went wrong', async () => {
    const weft = await runtime()
    const run = weft.map([1], (_, { attempt }) => {
      if (attempt < 3) throw busy(`attempt ${attempt}`)
      return attempt
    })
    await rest()
    expect(run.progress).toEqual({ done: 0, failed: 0, skipped: 0, cancelled: 0, running: 0, waiting: 1 })
    await clock.advance(2_000)
    const [outcome] = await run
    expect(outcome).toMatchObject({ status: 'done', value: 3, attempts: 3 })
    expect(outcome!.retried.map((failure) => failure.message)).toEqual(['attempt 1', 'attempt 2'])
    expect(run.stats()).toMatchObject({ attempts: 3, retries: 2 })
  })

  it('leaves the slot to others during a back-off', async () => {
    const weft = await runtime({ lanes: { one: { concurrency: 1 } } })
    const order: string[] = []
    const run = weft.map(
      ['retried', 'next'],
      (name, { attempt }) => {
        order.push(name)
        if (name === 'retried' && attempt === 1) throw busy()
      },
      { lane: 'one' },
    )
    await clock.advance(1_000)
    await run
    expect(order).toEqual(['retried', 'next', 'retried'])
  })

  it('waits as long as the failure asks for, and gives up when that is too long', async () => {
    const weft = await runtime()
    const fail =
      (retryAfterMs: number) =>
      (_: number, { attempt }: { attempt: number }) => {
        if (attempt === 1) throw new Failure('BUSY', 'later', { retryable: true, retryAfterMs })
      }
    const patient = weft.map([1], fail(60_000))
    await clock.advance(59_000)
    expect(patient.progress.done).toBe(0)
    await clock.advance(3_000)
    expect((await patient)[0]!.status).toBe('done')
    expect((await weft.map([1], fail(86_400_000)))[0]).toMatchObject({ status: 'failed', attempts: 1 })
  })

  it('does not try again what is not retryable, nor more often than asked', async () => {
    const weft = await runtime()
    const plain = await weft.map([1], () => {
      throw new Error('no')
    })
    expect(plain[0]!.attempts).toBe(1)
    const run = weft.map([1], () => {
      throw busy()
    })
    await clock.advance(60_000)
    expect((await run)[0]).toMatchObject({ status: 'failed', attempts: 3, failure: { code: 'BUSY' } })
  })
})
