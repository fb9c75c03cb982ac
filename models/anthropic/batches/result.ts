import type { Message, RawMessageStreamEvent } from '@anthropic-ai/sdk/resources/messages'
import { Failure } from '../../../src/core/failure.ts'
import { refusedInBatch } from '../failures.ts'
import type { Secrets } from '../secrets.ts'

/** The message of a request that succeeded, else why there is none. */
export function resultOf(result: unknown, secrets: Secrets): Message | Failure {
  const { type, message, error } = Object(result) as Readonly<Record<string, unknown>>
  if (type === 'succeeded') return Object(message) as Message
  if (type === 'errored') {
    const inner = Object(Object(error).error) as Readonly<Record<string, unknown>>
    return refusedInBatch(inner.type, inner.message, secrets)
  }
  return unanswered(type === 'canceled' ? 'its batch was cancelled' : 'its batch expired before it was its turn')
}

/** The provider will not answer it any more: another batch may. */
export function unanswered(why: string): Failure {
  return new Failure('BATCH_EXPIRED', `the request got no answer: ${why}`, { retryable: true })
}

/** A whole message as the events that would have told it. */
export function* eventsOf(message: Message): Generator<RawMessageStreamEvent, void, undefined> {
  const { content, stop_reason, stop_sequence, stop_details, usage } = message
  yield { type: 'message_start', message }
  for (const [index, block] of (Array.isArray(content) ? content : []).entries()) {
    yield { type: 'content_block_start', index, content_block: block }
    if (block?.type !== 'tool_use') continue
    const partial_json = JSON.stringify(block.input ?? {})
    yield { type: 'content_block_delta', index, delta: { type: 'input_json_delta', partial_json } }
  }
  const delta = { container: null, stop_reason, stop_sequence, stop_details: stop_details ?? null }
  yield { type: 'message_delta', delta, usage }
  yield { type: 'message_stop' }
}
