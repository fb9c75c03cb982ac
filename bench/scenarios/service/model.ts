import { createRandom, seedOf } from '../../corpus/random.ts'

/** What weft's scenarios ask of a model: the part of a chat completion request that they use. */
export interface ChatRequest {
  readonly model: string
  readonly messages: readonly ChatMessage[]
  readonly temperature?: number
  /** Another seed gives another answer to the same question. */
  readonly seed?: number
}

export interface ChatMessage {
  readonly role: 'system' | 'user' | 'assistant'
  readonly content: string
}

export interface ChatCompletion {
  readonly choices: readonly { readonly message: ChatMessage; readonly finish_reason: 'stop' }[]
  readonly usage: { readonly prompt_tokens: number; readonly completion_tokens: number }
}

/**
 * Plays a language model. Equal requests get equal answers.
 *
 * - Given notes, lines that begin with a dash, it sums them up: the first sentence of each.
 * - Else it is asked about the points after the first colon, or about the whole message. If the system's message wants JSON, it gives
 *   a list of sub-tasks, one for each point; otherwise a sentence on each point that it does not forget. A larger model forgets
 *   less, and each does best at a temperature of 0.3.
 */
export function complete(request: ChatRequest): ChatCompletion {
  const content = answer(request)
  const prompt = request.messages.map((message) => message.content).join(' ')
  return {
    choices: [{ message: { role: 'assistant', content }, finish_reason: 'stop' }],
    usage: { prompt_tokens: tokensOf(prompt), completion_tokens: tokensOf(content) },
  }
}

function answer({ model, messages, temperature = 0.3, seed = 0 }: ChatRequest): string {
  const wantsJson = messages.some(({ role, content }) => role === 'system' && content.includes('JSON'))
  const question = messages.findLast(({ role }) => role === 'user')?.content ?? ''
  const notes = question.split('\n- ').slice(1)
  if (notes.length > 0) return notes.map((note) => note.split('. ', 1)[0]!.replace(/\.?$/, '.')).join(' ')
  const points = pointsOf(question)
  if (wantsJson)
    return JSON.stringify(points.map((point) => ({ title: point, question: `${subjectOf(question)}: ${point}` })))
  const random = createRandom(seedOf(`${model} ${temperature} ${seed} ${question}`))
  const recall = (recallOf[model] ?? 0.7) - 0.4 * Math.abs(temperature - 0.3)
  const kept = points.filter(() => random() < recall)
  return kept.map((point) => `On ${point}: ${findings[Math.floor(random() * findings.length)]}.`).join(' ')
}

/** How much of what it was asked each model takes up at best. */
const recallOf: Readonly<Record<string, number>> = { small: 0.6, medium: 0.8, large: 1 }

const findings = ['it grows', 'it shrinks', 'nobody has measured it yet', 'two sources disagree', 'it has not changed']

/** `Enter the market` of `Enter the market: demand, rivals and prices`. */
function subjectOf(question: string): string {
  return question.split(':', 1)[0]!
}

/** `Enter the market: demand, rivals and prices` has three. */
function pointsOf(question: string): string[] {
  const list = question.slice(question.indexOf(':') + 1)
  return list
    .split(/,|;| and /)
    .map((point) => point.trim().replace(/[.?]$/, ''))
    .filter((point) => point !== '')
}

/** A rule of thumb for English: four characters a token. */
function tokensOf(text: string): number {
  return Math.ceil(text.length / 4)
}
