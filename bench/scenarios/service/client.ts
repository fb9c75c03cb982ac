import { Failure, type TaskContext } from '../../../src/index.ts'
import type { ChatCompletion, ChatRequest } from './model.ts'
import type { Service } from './service.ts'

/** Facts that the service gives for a path. */
export interface Facts {
  readonly topic: string
  readonly findings: number
}

/** What most scenarios do with a page: what a user's own parser would do. */
export function parseFacts({ bytes }: { readonly bytes: Uint8Array }): Facts {
  return JSON.parse(new TextDecoder().decode(bytes)) as Facts
}

export type Question = Omit<ChatRequest, 'messages'> & { readonly system?: string; readonly prompt: string }

/**
 * Asks the model, as a user would wrap the address of any provider.
 *
 * @throws Failure `MODEL_FAILED`, retryable for 429 and 5xx, with the wait that the provider asks for
 */
export async function ask(service: Service, question: Question, context: TaskContext): Promise<string> {
  const { system, prompt, ...rest } = question
  const messages = [
    ...(system === undefined ? [] : [{ role: 'system', content: system }]),
    { role: 'user', content: prompt },
  ]
  const response = await fetch(service.url('/v1/chat/completions'), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ...rest, messages }),
    signal: context.signal,
  })
  if (!response.ok) throw await refusal(response)
  const { choices, usage } = (await response.json()) as ChatCompletion
  context.addUsage({ inputTokens: usage.prompt_tokens, outputTokens: usage.completion_tokens })
  return choices[0]!.message.content
}

async function refusal(response: Response): Promise<Failure> {
  const retryAfter = response.headers.get('retry-after')
  // The body is read, so that the connection can be used again.
  const why = await response.text()
  return new Failure('MODEL_FAILED', `the model answered ${response.status}: ${why}`, {
    retryable: response.status === 429 || response.status >= 500,
    ...(retryAfter === null ? {} : { retryAfterMs: Number(retryAfter) * 1_000 }),
  })
}
