import { Worker } from 'node:worker_threads'

/** Whether the machine was quiet: arithmetic scales perfectly over cores that are really ours. */
export interface Control {
  /** How much more two threads burn than one, in the same time: 2 on two free cores. */
  readonly scaling: number
  readonly quiet: boolean
}

const burnSource = `
const { parentPort } = require('node:worker_threads')
parentPort.on('message', (rounds) => {
  let x = 1
  const start = performance.now()
  for (let i = 0; i < rounds; i += 1) x = (Math.imul(x, 1664525) + 1013904223) | 0
  parentPort.postMessage({ ms: performance.now() - start, x })
})`

/** Burns on one thread, then on two, and compares. */
export async function measureControl({ smoke }: { readonly smoke: boolean }): Promise<Control> {
  const rounds = smoke ? 2e7 : 4e8
  const workers = [0, 1].map(() => new Worker(burnSource, { eval: true }))
  const burn = async (count: number): Promise<number> => {
    const start = performance.now()
    await Promise.all(
      workers.slice(0, count).map(
        (worker) =>
          new Promise((resolve) => {
            worker.once('message', resolve)
            worker.postMessage(rounds)
          }),
      ),
    )
    return performance.now() - start
  }
  await burn(2)
  const scaling = (2 * (await burn(1))) / (await burn(2))
  await Promise.all(workers.map((worker) => worker.terminate()))
  return { scaling, quiet: scaling >= 1.8 }
}
