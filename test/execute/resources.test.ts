import { describe, expect, it } from 'vitest'
import { systemClock } from '../../src/core/clock.ts'
import { Failure } from '../../src/core/failure.ts'
import { memoryNotes } from '../../src/core/notes.ts'
import type { Resource, ResourceServices } from '../../src/core/resource.ts'
import { Resources } from '../../src/execute/resources.ts'
import { gate } from '../fixtures/gate.ts'

const services: ResourceServices = {
  fetch: globalThis.fetch,
  cores: 2,
  modelHost: new URL('file:///host.ts'),
  clock: systemClock,
  random: Math.random,
  notes: memoryNotes(),
  lane: () => {
    throw new Error('no lanes here')
  },
}

class Thing implements AsyncDisposable {
  readonly name: string
  readonly #closed: string[]

  constructor(name: string, closed: string[]) {
    this.name = name
    this.#closed = closed
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed.push(this.name)
  }
}

describe('resources', () => {
  it('are opened once, however many ask at the same time, with the services of the runtime', async () => {
    const given: ResourceServices[] = []
    const thing: Resource<Thing> = {
      name: 'thing',
      open: async (services) => {
        given.push(services)
        return new Thing('thing', [])
      },
    }
    await using resources = new Resources(services)
    const [one, other] = await Promise.all([resources.open(thing), resources.open(thing)])
    expect(one).toBe(other)
    expect(await resources.open(thing)).toBe(one)
    expect(given).toEqual([services])
  })

  it('are opened again by the next who asks when opening failed', async () => {
    let tries = 0
    const thing: Resource<Thing> = {
      name: 'thing',
      open: () => {
        tries += 1
        if (tries === 1) throw new Failure('MODEL_UNAVAILABLE', 'not yet')
        return new Thing('thing', [])
      },
    }
    await using resources = new Resources(services)
    const both = await Promise.allSettled([resources.open(thing), resources.open(thing)])
    expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    expect((await resources.open(thing)).name).toBe('thing')
    expect(tries).toBe(2)
  })

  it('are closed in reverse order, all of them though one fails, those that are being opened too, and then no more is opened', async () => {
    const closed: string[] = []
    const held = gate()
    const make = (name: string, opened = Promise.resolve()): Resource<Thing> => ({
      name,
      open: async () => {
        await opened
        return new Thing(name, closed)
      },
    })
    const broken: Resource<AsyncDisposable> = {
      name: 'broken',
      open: () => ({ [Symbol.asyncDispose]: () => Promise.reject(new Error('will not close')) }),
    }
    const resources = new Resources(services)
    await resources.open(make('first'))
    await resources.open(broken)
    await resources.open(make('second'))
    const late = resources.open(make('late', held.opened))
    const closing = resources[Symbol.asyncDispose]()
    await expect(resources.open(make('too late'))).rejects.toMatchObject({ code: 'RUNTIME_CLOSED' })
    expect(closed).toEqual([])
    held.open()
    await expect(closing).rejects.toThrow('will not close')
    expect((await late).name).toBe('late')
    expect(closed).toEqual(['late', 'second', 'first'])
  })
})

it('what was opened is not handed out any more once all is being closed', async () => {
  const thing: Resource<Thing> = { name: 'thing', open: () => new Thing('thing', []) }
  const resources = new Resources(services)
  await resources.open(thing)
  const closed = resources[Symbol.asyncDispose]()
  await expect(resources.open(thing)).rejects.toMatchObject({ code: 'RUNTIME_CLOSED' })
  await closed
})
