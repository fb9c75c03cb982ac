import { expect, it } from 'vitest'
import type { PlanDescription } from '../../../../src/batch/job/description/plan-description.ts'
import type { LeftDescription } from '../../../../src/batch/left/left-description.ts'
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
  critical: { lane: 'anthropic', by: '50 requests/min' },
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
    'no schedule can beat 6 h 40 min (anthropic: 50 requests/min)',
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

it('says both what rates and what measured work ask of a lane', () => {
  const lane = { ...plan.lanes[0]!, other: { leastMs: 5_250_000, by: '8 slots', isMeasured: true } }
  const line = 'anthropic: 20,000 attempts, at least 6 h 40 min (50 requests/min), and about 1 h 28 min (8 slots)'
  expect(planLines({ ...plan, lanes: [lane] })).toContain(line)
})

const left: LeftDescription = {
  run: 'companies-2',
  isUnderWay: false,
  before: ['companies-1'],
  items: { all: 20_000, settled: 12_000, recorded: 0, sampled: 8_000, isSample: false },
  steps: [
    { ...plan.steps[0]!, recorded: 12_100, runs: 7_900 },
    { ...plan.steps[1]!, recorded: 12_000, runs: 8_000, inputTokens: 3_600_000, outputTokens: 160_000, costUsd: 4.4 },
  ],
  lanes: [],
  total: { inputTokens: 3_600_000, outputTokens: 160_000, costUsd: 4.4 },
  leastMs: 9_600_000,
  critical: { lane: 'anthropic', by: '50 requests/min' },
  notes: ['answer: 20 tokens are a guess'],
}

it('says what is left of a run that is unfinished, beside all of it', () => {
  expect(planLines(plan, left, ['more']).slice(7)).toEqual([
    'left of companies-2: 12,000 of 20,000 items are settled, 8,000 are open',
    '  step    recorded   left   tokens in  tokens out       cost',
    '  page      12,100  7,900',
    '  answer    12,000  8,000  ~3,600,000    ~160,000  ~4.40 USD',
    '  in all                    3,600,000     160,000   4.40 USD',
    'no schedule can beat 2 h 40 min for what is left (anthropic: 50 requests/min)',
    'answer: 20 tokens are a guess',
    'more',
  ])
})

it('says of a time that rests on what was measured that it is about so long', () => {
  const critical = { lane: 'shop', by: '4 slots', isMeasured: true }
  const lanes = [{ ...critical, runs: 300, leastMs: 81_000, other: { leastMs: 40_000, by: '50 requests/min' } }]
  const measured = { leastMs: 81_000, critical }
  const lines = planLines({ ...plan, ...measured, lanes }, { ...left, ...measured }, [], 'orders-1 (5 tasks)')
  expect(lines).toContain('shop: 300 attempts, about 81.00 s (4 slots), and at least 40.00 s (50 requests/min)')
  expect(lines).toContain('about 81.00 s (shop: 4 slots), by the durations measured in orders-1 (5 tasks)')
  expect(lines).toContain(
    'about 81.00 s for what is left (shop: 4 slots), by the durations measured in orders-1 (5 tasks)',
  )
  expect(lines.join('\n')).not.toContain('no schedule')
})

it('says what a new run would find recorded, and that this is estimated', () => {
  const items = { all: 20_000, settled: 0, recorded: 14_000, sampled: 2_500, isSample: true }
  const lines = planLines(plan, { ...left, run: undefined, items, isUnderWay: false })
  expect(lines[7]).toBe(
    'left for a new run, which takes what companies-1 has done: for about 14,000 of 20,000 items nothing is to be run (of a sample of 2,500)',
  )
  expect(lines[10]).toBe('  answer  about 12,000  about 8,000  ~3,600,000    ~160,000  ~4.40 USD')
})

it('says that nothing is left, and that another process is at it', () => {
  const steps = left.steps.map((step) => ({ ...step, runs: 0 }))
  const lines = planLines(plan, { ...left, steps, isUnderWay: true, leastMs: undefined, critical: undefined })
  expect(lines).toContain('companies-2 is under way in another process: that is how it stands just now')
  expect(lines).toContain('nothing is left to be run')
})
