import type { ChatHistoryItem } from 'node-llama-cpp'
import type { Turn } from './protocol.ts'

/** A conversation as the library's chat templates take it: it ends with what the model has written so far, nothing as a rule. */
export function chatHistory(turns: readonly Turn[]): ChatHistoryItem[] {
  const items = turns.map(itemOf)
  return items.at(-1)?.type === 'model' ? items : [...items, { type: 'model', response: [] }]
}

function itemOf(turn: Turn): ChatHistoryItem {
  if (turn.role !== 'assistant') return { type: turn.role, text: turn.text }
  const response = turn.parts.map((part) => {
    if (typeof part === 'string') return part
    return { type: 'functionCall' as const, name: part.name, params: part.input, result: part.result }
  })
  return { type: 'model', response }
}
