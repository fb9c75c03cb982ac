import { describe, expect, it } from 'vitest'
import { Failure, type Outcome } from '../../../src/index.ts'
import { start, weft } from '../../support/runtime.ts'

describe('what is told how a step ended', () => {
  it('is told once for each item, followers of the same key included, and says what goes on', async () => {
    await start()
    const told: string[] = []
    const ended = ({ id }: { readonly id: string }, outcome: Outcome<unknown>): string => {
      told.push(`${id} ${outcome.status}`)
      return `${id} has ${outcome.status === 'done' ? outcome.value : 'nothing'}`
    }
    const items = [{ id: 'a' }, { id: 'b' }, { id: 'c' }]
    const task = ({ id }: { readonly id: string }): string => {
      if (id === 'c') throw new Failure('TASK_FAILED', 'no')
      return 'one result'
    }
    const key = ({ id }: { readonly id: string }): string => (id === 'c' ? 'other' : 'same')
    const outcomes = await weft.pipeline(items).step('step', task, { key, ended })
    const values = outcomes.map((outcome) => (outcome.status === 'done' ? outcome.value : outcome.status))
    expect(values.sort()).toEqual(['a has one result', 'b has one result', 'failed'])
    expect(told.sort()).toEqual(['a done', 'b done', 'c failed'])
  })

  it('fails the item by what it throws', async () => {
    await start()
    const ended = (): never => {
      throw new Failure('MINE', 'not so')
    }
    const outcomes = await weft.pipeline([1]).step('step', (n: number) => n, { ended })
    expect(outcomes).toMatchObject([{ status: 'failed', failure: { code: 'MINE' } }])
  })
})
