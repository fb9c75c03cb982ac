import './output.ts'
import type { WorkerReply, WorkerRequest } from './protocol.ts'
import { runRequest } from './run-request.ts'

/** What Piscina calls on its threads. */
export default async function entry(request: WorkerRequest): Promise<WorkerReply> {
  return runRequest(request)
}
