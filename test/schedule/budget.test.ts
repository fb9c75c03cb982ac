import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Failure } from '../../src/core/failure.ts'
import type { BudgetOptions } from '../../src/core/run.ts'
import { Budget } from '../../src/schedule/budget.ts'

const limits = fc.record(
  {
    tokens: fc.integer({ min: 0, max: 2_000 }),
    costUsd: fc.integer({ min: 0, max: 30 }).map((cents) => cents / 100),
    tasks: fc.integer({ min: 0, max: 12 }),
  },
  { requiredKeys: [] },
)

const command = fc.record({
  budget: fc.nat(5),
  action: fc.constantFrom('begin', 'begin', 'end'),
  which: fc.nat(30),
  inputTokens: fc.integer({ min: 0, max: 400 }),
  outputTokens: fc.integer({ min: 0, max: 400 }),
  costUsd: fc.integer({ min: 0, max: 1_000 }).map((tenthsOfCents) => tenthsOfCents / 10_000),
  usedShare: fc.double({ min: 0, max: 1, noNaN: true }),
})

/** Each budget's parent is one before it, so that they make trees of every form. */
const tree = fc.array(fc.record({ limits, parent: fc.nat(4) }), { minLength: 1, maxLength: 6 })

interface Begun {
  readonly budget: number
  readonly estimate: { readonly inputTokens: number; readonly outputTokens: number; readonly costUsd: number }
  readonly usedShare: number
}

describe('a tree of budgets', () => {
  it('is passed nowhere and at no time, refuses what would pass it, and never says later when nothing is reserved', () => {
    fc.assert(
      fc.property(tree, fc.array(command, { maxLength: 120 }), (nodes, commands) => {
        const parents = nodes.map(({ parent }, index) => (index === 0 ? undefined : parent % index))
        const budgets: Budget[] = []
        for (const [index, node] of nodes.entries()) {
          const parent = parents[index]
          budgets.push(new Budget(node.limits, parent === undefined ? undefined : budgets[parent], 0))
        }
        const above = (index: number | undefined): number[] =>
          index === undefined ? [] : [index, ...above(parents[index])]
        const running: Begun[] = []
        const ended: Begun[] = []

        /** What the tasks below a budget come to, counted anew, with `more` begun as well. */
        const used = (
          index: number,
          more: readonly Begun[],
          reserved: boolean,
        ): Required<Omit<BudgetOptions, 'wallMs'>> => {
          const below = (all: readonly Begun[]): Begun[] => all.filter(({ budget }) => above(budget).includes(index))
          const parts = [
            ...below(ended).map(actual),
            ...(reserved ? below(running).map(({ estimate }) => estimate) : []),
            ...below(more).map(({ estimate }) => estimate),
          ]
          return {
            tokens: parts.reduce((sum, part) => sum + part.inputTokens + part.outputTokens, 0),
            costUsd: parts.reduce((sum, part) => sum + part.costUsd, 0),
            tasks: below(ended).length + below(running).length + below(more).length,
          }
        }
        const fits = (index: number, more: readonly Begun[], reserved = true): boolean => {
          const none = Number.POSITIVE_INFINITY
          const max = { tokens: none, costUsd: none, tasks: none, ...nodes[index]!.limits }
          const sum = used(index, more, reserved)
          return sum.tokens <= max.tokens && sum.costUsd <= max.costUsd + 1e-9 && sum.tasks <= max.tasks
        }

        /** Whether so much is spent that nothing may begin, however little it needs. */
        const isMet = (index: number): boolean => {
          const { tokens, costUsd } = used(index, [], false)
          const max = { tokens: Number.POSITIVE_INFINITY, costUsd: Number.POSITIVE_INFINITY, ...nodes[index]!.limits }
          return tokens >= max.tokens || costUsd >= max.costUsd - 1e-9
        }

        for (const { budget, action, which, usedShare, ...estimate } of commands) {
          if (action === 'end') {
            const [task] = running.splice(which % Math.max(1, running.length), 1)
            if (task === undefined) continue
            budgets[task.budget]!.settle(task.estimate, actual(task))
            ended.push(task)
          } else {
            const index = budget % nodes.length
            const task: Begun = { budget: index, estimate, usedShare }
            const answer = budgets[index]!.admit(estimate)
            const fitsAll = above(index).every((one) => fits(one, [task]))
            const couldFit = above(index).every((one) => fits(one, [task], false))
            const never = !couldFit || above(index).some(isMet)
            expect(answer).toBe(never ? 'never' : fitsAll ? 'yes' : 'later')
            if (running.length === 0) expect(answer).not.toBe('later')
            if (answer === 'yes') {
              budgets[index]!.reserve(estimate)
              running.push(task)
            }
          }
          for (const index of nodes.keys()) expect(fits(index, [])).toBe(true)
        }
        for (const task of running.splice(0)) {
          budgets[task.budget]!.settle(task.estimate, actual(task))
          ended.push(task)
        }
        for (const [index, { spent }] of budgets.entries()) {
          const sum = used(index, [], true)
          expect(spent).toEqual({ ...sum, costUsd: expect.closeTo(sum.costUsd, 6) })
        }
      }),
    )
  })
})

/** At most what was reserved. */
function actual({ estimate, usedShare }: Begun): Begun['estimate'] {
  return {
    inputTokens: Math.floor(estimate.inputTokens * usedShare),
    outputTokens: Math.floor(estimate.outputTokens * usedShare),
    costUsd: Math.floor(estimate.costUsd * 10_000 * usedShare) / 10_000,
  }
}

describe('a budget', () => {
  it('says later for what is only reserved, and never for what is spent', () => {
    const budget = new Budget({ tokens: 1_000 }, undefined, 0)
    const estimate = { inputTokens: 400, outputTokens: 300, cachedInputTokens: 400 }
    expect(budget.admit(estimate)).toBe('yes')
    budget.reserve(estimate)
    expect(budget.admit(estimate)).toBe('later')
    budget.settle(estimate, { inputTokens: 200, outputTokens: 101, cachedInputTokens: 200 })
    expect(budget.admit(estimate)).toBe('never')
    expect(budget.failure()).toMatchObject({
      code: 'BUDGET_SPENT',
      message:
        'of a budget of 1,000 tokens, 301 tokens are spent, and this task is expected to use 700 tokens: raise budget.tokens',
      details: { limit: 'tokens', allowed: 1_000, spent: 301 },
    })
    expect(budget.admit({ inputTokens: 699 })).toBe('yes')
  })

  it('adds cents up as people do', () => {
    const budget = new Budget({ costUsd: 0.3 }, undefined, 0)
    for (const costUsd of [0.1, 0.2]) {
      expect(budget.admit({ costUsd })).toBe('yes')
      budget.reserve({ costUsd })
    }
    budget.settle({ costUsd: 0.1 }, { costUsd: 0.1 })
    budget.settle({ costUsd: 0.2 }, { costUsd: 0.2 })
    expect(budget.spent).toEqual({ tokens: 0, costUsd: 0.3, tasks: 2 })
    expect(budget.admit({ costUsd: 0.01 })).toBe('never')
    expect(budget.failure().message).toBe(
      'of a budget of $ 0.3, $ 0.3 are spent, and this task is expected to use $ 0.01: raise budget.costUsd',
    )
  })

  it('counts what was used beyond the estimate, and stops there', () => {
    const budget = new Budget({ tokens: 100 }, undefined, 0)
    budget.reserve({})
    budget.settle({}, { outputTokens: 150 })
    expect(budget.spent.tokens).toBe(150)
    expect(budget.admit({})).toBe('never')
  })

  it('takes an amount that is none for none', () => {
    const budget = new Budget({ tokens: 100, costUsd: 1 }, undefined, 0)
    budget.reserve({})
    budget.settle({}, { inputTokens: Number.NaN, outputTokens: -500, costUsd: Number.NaN })
    expect(budget.spent).toEqual({ tokens: 0, costUsd: 0, tasks: 1 })
    expect(budget.admit({ inputTokens: 101 })).toBe('never')
    expect(budget.admit({ inputTokens: 100, costUsd: 1 })).toBe('yes')
  })

  it('counts the tasks of child runs, and says which limit it was', () => {
    const parent = new Budget({ tasks: 2 }, undefined, 0)
    const child = new Budget({}, parent, 0)
    for (const budget of [child, parent]) {
      expect(budget.admit({})).toBe('yes')
      budget.reserve({})
    }
    expect(child.admit({})).toBe('never')
    expect(child.failure().message).toBe('of a budget of 2 tasks, 2 tasks are spent: raise budget.tasks')
    expect(child.spent.tasks).toBe(1)
    expect(parent.spent.tasks).toBe(2)
  })

  it('ends with its time, or with that of a run around it', () => {
    const parent = new Budget({ wallMs: 1_000 }, undefined, 5_000)
    const long = new Budget({ wallMs: 9_000 }, parent, 5_500)
    const short = new Budget({ wallMs: 100 }, parent, 5_500)
    expect([parent.endsAt, long.endsAt, short.endsAt, new Budget({}, undefined, 0).endsAt]).toEqual([
      6_000,
      6_000,
      5_600,
      undefined,
    ])
    expect([long.admit({}, 5_999), long.admit({}, 6_000), short.admit({}, 5_600)]).toEqual(['yes', 'never', 'never'])
    const details = [long, short].map((budget): Failure => budget.failure()).map((failure) => failure.details)
    expect(details).toEqual([
      { limit: 'wallMs', allowed: 1_000, spent: 1_000 },
      { limit: 'wallMs', allowed: 100, spent: 100 },
    ])
  })

  it("has an alarm's failure, too, when nothing was refused", () => {
    const child = new Budget({}, new Budget({ wallMs: 1_500 }, undefined, 0), 0)
    expect(child.failure().message).toBe('of a budget of 1,500 ms, 1,500 ms are spent: raise budget.wallMs')
  })
})
