import { describe, expect, it } from 'vitest'
import { type ChatRequest, complete } from '../../../../bench/scenarios/service/model.ts'

const goal = 'Enter the market: demand, rivals and prices'

function ask(content: string, more: Partial<ChatRequest> = {}, system?: string): string {
  const messages = [{ role: 'user', content } as const]
  const asked = system === undefined ? messages : [{ role: 'system', content: system } as const, ...messages]
  return complete({ model: 'large', messages: asked, ...more }).choices[0]!.message.content
}

describe('the model of the loopback service', () => {
  it('splits a goal into sub-tasks when JSON is wanted', () => {
    expect(JSON.parse(ask(goal, {}, 'Answer with JSON.'))).toEqual([
      { title: 'demand', question: 'Enter the market: demand' },
      { title: 'rivals', question: 'Enter the market: rivals' },
      { title: 'prices', question: 'Enter the market: prices' },
    ])
  })

  it('writes a sentence on each point, the same for the same request, and forgets some when it is small or hot', () => {
    expect(ask(goal)).toMatch(/^On demand: [^.]+\. On rivals: [^.]+\. On prices: [^.]+\.$/)
    expect(ask(goal)).toBe(ask(goal))
    const seeds = Array.from({ length: 20 }, (_, seed) => seed)
    const length = (more: Partial<ChatRequest>): number =>
      seeds.map((seed) => ask(goal, { ...more, seed })).join('').length
    expect(length({ model: 'small' })).toBeLessThan(length({ model: 'medium' }))
    expect(length({ temperature: 1 })).toBeLessThan(length({ temperature: 0.3 }))
  })

  it('sums notes up by their first sentences', () => {
    expect(ask('Write a report.\n- It grows. Slowly.\n- It shrinks')).toBe('It grows. It shrinks.')
  })

  it('counts what it read and wrote', () => {
    const { usage } = complete({ model: 'large', messages: [{ role: 'user', content: 'x'.repeat(40) }] })
    expect(usage.prompt_tokens).toBe(10)
    expect(usage.completion_tokens).toBeGreaterThan(10)
  })
})
