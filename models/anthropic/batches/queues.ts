import type { ResourceServices } from '../../../src/core/resource.ts'
import { BatchQueue, type QueueParts } from './queue.ts'

const known = new WeakMap<ResourceServices, Map<string, BatchQueue>>()

/**
 * The queue of a runtime for one lane and one account: its models share it, and its batches.
 *
 * @param whose lane and account
 * @param parts for the first that asks
 */
export function batchQueueOf(services: ResourceServices, whose: string, parts: () => QueueParts): BatchQueue {
  const queues = known.get(services) ?? new Map<string, BatchQueue>()
  known.set(services, queues)
  const queue = queues.get(whose) ?? new BatchQueue(parts())
  queues.set(whose, queue)
  return queue
}
