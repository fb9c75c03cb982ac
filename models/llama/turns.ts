import { Failure } from '../../src/core/failure.ts'
import type { AnsweredCall, Turn } from '../../workers/llama/protocol.ts'
import type { GenerateRequest, Message, ToolCall } from '../model.ts'

/**
 * A conversation as chat templates take it: a tool call and its result are one thing there, and belong to the turn of the assistant, which
 * goes on with the next.
 *
 * @throws Failure `REQUEST_REFUSED` when a result belongs to no call, or the last message is not of the user
 */
export function turnsOf({ system, messages }: Pick<GenerateRequest, 'system' | 'messages'>): Turn[] {
  if (messages.at(-1)?.role !== 'user') throw refused('the last message must be of the user')
  const turns = new Turns()
  if (system !== undefined && system !== '') turns.add({ role: 'system', text: system })
  for (const message of messages) {
    if (message.role === 'assistant') turns.speak(partsOf(message))
    else turns.hear(message)
  }
  return turns.all
}

class Turns {
  readonly all: Turn[] = []
  /** Results by the id of their call: they come after it. */
  readonly #open = new Map<string, { -readonly [K in keyof AnsweredCall]: AnsweredCall[K] }>()

  add(turn: Turn): void {
    this.all.push(turn)
  }

  speak(parts: readonly (string | ToolCall)[]): void {
    const spoken = parts.map((part) => {
      if (typeof part === 'string') return part
      const call = { name: part.name, input: part.input, result: '' }
      this.#open.set(part.id, call)
      return call
    })
    const last = this.all.at(-1)
    if (last?.role === 'assistant') this.all[this.all.length - 1] = { ...last, parts: [...last.parts, ...spoken] }
    else this.add({ role: 'assistant', parts: spoken })
  }

  hear({ content }: Message & { readonly role: 'user' }): void {
    const parts = typeof content === 'string' ? [{ type: 'text' as const, text: content }] : content
    const texts: string[] = []
    for (const part of parts) {
      if (part.type === 'text') texts.push(part.text)
      else this.#answer(part.id, part.isError === true ? `Error: ${part.content}` : part.content)
    }
    if (texts.length > 0) this.add({ role: 'user', text: texts.join('\n\n') })
  }

  #answer(id: string, result: string): void {
    const call = this.#open.get(id)
    if (call === undefined) throw refused(`the tool result ${id} belongs to no call of the conversation`)
    call.result = result
  }
}

function partsOf({ content }: Message & { readonly role: 'assistant' }): (string | ToolCall)[] {
  if (typeof content === 'string') return [content]
  return content.map((part) => (part.type === 'text' ? part.text : part))
}

function refused(message: string): Failure {
  return new Failure('REQUEST_REFUSED', message, { kind: 'input' })
}
