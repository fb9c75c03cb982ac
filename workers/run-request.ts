import { Failure, messageOf } from '../src/core/failure.ts'
import { transferList } from '../src/core/transfer.ts'
import type { WorkerReply, WorkerRequest } from './protocol.ts'

/** Runs one exported function of a module and answers with its value or its failure; it never throws. */
export async function runRequest(request: WorkerRequest): Promise<WorkerReply> {
  try {
    const work = await loadFunction(request)
    const value = await work(request.input)
    const buffers = transferList(value)
    const reply: WorkerReply = { ok: true, value }
    return buffers.length === 0 ? reply : await moved(reply, buffers)
  } catch (thrown) {
    return { ok: false, failure: Failure.from(thrown).toRecord() }
  }
}

async function loadFunction({ module, export: name }: WorkerRequest): Promise<(input: unknown) => unknown> {
  const exports = await importModule(module)
  const found = exports[name]
  if (typeof found === 'function') return found as (input: unknown) => unknown
  const known = Object.keys(exports).filter((key) => typeof exports[key] === 'function')
  throw new Failure('WORKER_MODULE', `${module} exports no function ${name}; it has ${known.join(', ') || 'none'}`)
}

async function importModule(module: string): Promise<Readonly<Record<string, unknown>>> {
  try {
    return await import(module)
  } catch (thrown) {
    throw new Failure('WORKER_MODULE', `the worker module ${module} does not load: ${messageOf(thrown)}`, {
      cause: thrown,
    })
  }
}

/** Has Piscina transfer the buffers, which it does for values marked by its own `move`. */
async function moved(reply: WorkerReply, buffers: readonly ArrayBuffer[]): Promise<WorkerReply> {
  const { Piscina } = await import('piscina')
  const carrier = { [Piscina.transferableSymbol]: buffers, [Piscina.valueSymbol]: reply }
  return Piscina.move(carrier as never) as unknown as WorkerReply
}
