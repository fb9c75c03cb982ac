import type { GenerateRequest, Generation, Generator, ModelUsage } from '../../src/index.ts'

/** A generator whose answers the test writes, and what it was asked. It counts a token for every 4 characters. */
export interface Scripted extends Generator {
  readonly requests: GenerateRequest[]
}

export type Script = (request: GenerateRequest, round: number) => string | Partial<Generation> | Promise<string>

/** @param script gives each answer, or throws; rounds count from 1 */
export function scripted(script: Script, more: Partial<Generator> = {}): Scripted {
  const requests: GenerateRequest[] = []
  return {
    name: 'scripted',
    lane: 'io',
    ...more,
    requests,
    generate: async (request, context) => {
      requests.push(request)
      const answer = await script(request, requests.length)
      const { text = '', ...said } = typeof answer === 'string' ? { text: answer } : answer
      for (const piece of text.match(/.{1,8}/gs) ?? []) request.onDelta?.({ type: 'text', text: piece })
      const usage: ModelUsage = {
        inputTokens: tokensOf(promptOf(request)),
        outputTokens: tokensOf(text),
        cachedInputTokens: 0,
        costUsd: 0,
      }
      context.addUsage(usage)
      return { text, toolCalls: [], usage, stopReason: 'end', model: 'scripted-1', ...said }
    },
    estimate: (request) => ({ inputTokens: tokensOf(promptOf(request)), outputTokens: request.maxTokens ?? 100 }),
  }
}

/** All that a request says in words. */
export function promptOf({ system, messages }: GenerateRequest): string {
  const said = messages.map(({ content }) => (typeof content === 'string' ? content : JSON.stringify(content)))
  return [...(system === undefined ? [] : [system]), ...said].join('\n')
}

function tokensOf(text: string): number {
  return Math.ceil(text.length / 4)
}
