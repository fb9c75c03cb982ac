import { expect, it } from 'vitest'
import type { PlanDescription } from '../../../../src/batch/job/description/plan-description.ts'
import { planLines } from '../../../../src/cli/jobs/view/plan-lines.ts'

const plan: PlanDescription = {
  name: 'companies',
  items: { count: 20_000, isEstimate: true },
  sampled: 100,
  steps: [
    {
      name: 'page',
      kind: 'each',
      lane: 'io',
      worksOn: 'cpu',
      model: undefined,
      runs: 20_000,
      inputTokens: 0,
      outputTokens: 0,
      costUsd: 0,
      isGuessed: false,
      busyOn: undefined,
      concurrency: undefined,
    },
    {
      name: 'answer',
      kind: 'each',
      lane: 'anthropic',
      worksOn: undefined,
      model: 'claude',
      runs: 20_000,
      inputTokens: 9_000_000,
      outputTokens: 400_000,
      costUsd: 11,
      isGuessed: true,
      busyOn: undefined,
      concurrency: undefined,
    },
  ],
  lanes: [{ lane: 'anthropic', runs: 20_000, leastMs: 24_000_000, by: '50 requests/min' }],
  total: { inputTokens: 9_000_000, outputTokens: 400_000, costUsd: 11 },
  leastMs: 24_000_000,
  critical: { lane: 'anthropic', runs: 20_000, leastMs: 24_000_000, by: '50 requests/min' },
  missing: [],
  notes: ['answer: 20 tokens are a guess'],
}

it('says what a job would do, with guesses marked', () => {
  expect(planLines(plan)).toEqual([
    'companies: about 20,000 items, of which 100 were looked at',
    '  step    kind  lane                 runs   tokens in  tokens out        cost',
    '  page    each  io, cpu            20,000',
    '  answer  each  anthropic, claude  20,000  ~9,000,000    ~400,000  ~11.00 USD',
    '  in all                                    9,000,000     400,000   11.00 USD',
    'anthropic: 20,000 attempts, at least 6 h 40 min (50 requests/min)',
    'it takes at least 6 h 40 min (anthropic: 50 requests/min)',
    'answer: 20 tokens are a guess',
  ])
})

it('says once what is to be known of a lane', () => {
  const note = 'anthropic sends in batches'
  const lanes = [{ lane: 'anthropic', runs: 20_000, leastMs: undefined, by: undefined, note }]
  const lines = planLines({ ...plan, lanes, leastMs: undefined, critical: undefined, notes: [note] })
  expect(lines.slice(-3)).toEqual([
    'anthropic: 20,000 attempts',
    'nothing that is known limits how fast it can be',
    note,
  ])
})

it('does without what is not known', () => {
  const lines = planLines({ ...plan, items: undefined, steps: [], lanes: [], leastMs: undefined, critical: undefined })
  expect(lines[0]).toBe('companies: nobody knows how many items, of which 100 were looked at')
  expect(lines).toContain('nothing that is known limits how fast it can be')
})
